// Copies the basemap of ../geodata into src/generated, so that the build gives it a hashed name.
// It is named .json for servers that choose compression by the file's ending.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const source = process.env.BASEMAP ?? '../geodata/basemap.topojson';
const needed = ['land', 'lakes', 'rivers', 'places'];

const topology = JSON.parse(readFileSync(source, 'utf8'));
const missing = needed.filter((name) => !(name in topology.objects));
if (missing.length > 0) throw new Error(`${source} has no ${missing.join(', ')}`);

mkdirSync('src/generated', { recursive: true });
writeFileSync('src/generated/basemap.json', JSON.stringify(topology));
console.log(`basemap: ${source}`);
