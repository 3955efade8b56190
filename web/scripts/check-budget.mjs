// Measures the built page against its budgets, compressed with gzip as a server would: node scripts/check-budget.mjs
import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const manifest = JSON.parse(readFileSync('dist/manifest.json', 'utf8'));
const compressed = (file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length;
const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;

/** A chunk with everything it imports at once, each file once. */
function withImports(key, files = new Set()) {
  const chunk = manifest[key];
  if (files.has(chunk.file)) return files;
  files.add(chunk.file);
  for (const imported of chunk.imports ?? []) withImports(imported, files);
  return files;
}

const assets = readdirSync('dist/assets');
const asset = (pattern) => assets.filter((name) => pattern.test(name)).map((name) => `assets/${name}`);
const sum = (files) => [...files].reduce((total, file) => total + compressed(file), 0);

const own = withImports('index.html');
const map = withImports('src/map/Map.svelte');
const search = [...withImports('src/panels/Search.svelte')].filter((file) => !own.has(file) && !map.has(file));
const details = [...withImports('src/panels/Details.svelte')].filter((file) => !own.has(file) && !map.has(file));
const measure = [...withImports('src/state/measure.ts')].filter((file) => !own.has(file));
const upload = [...withImports('src/panels/upload/Upload.svelte')].filter((file) => !own.has(file) && !map.has(file));
const analysis = [...withImports('src/panels/analysis/Analysis.svelte')].filter((file) => !own.has(file) && !map.has(file));
const related = [...withImports('src/panels/analysis/Related.svelte')].filter((file) => !own.has(file) && !map.has(file));
const fontTable = asset(/^fonts-.*\.js$/);
const mapOnly = [...map].filter((file) => !own.has(file) && !fontTable.includes(file));
const worker = asset(/^maplibre-gl-worker.*\.js$/);

const rows = [
  ['script of the first view', sum([...own, ...mapOnly, ...worker]), 500_000],
  ['of which the page before the map', sum(own), 60_000],
  ['search, after the first paint', sum(search), 60_000],
  ['details, after the first paint', sum(details), 20_000],
  ['geodesics, when a list is measured', sum(measure), 20_000],
  ['upload, when it is asked for', sum(upload), 60_000],
  ['analyses, when they are asked for', sum(analysis), 60_000],
  ['related industries of a base', sum(related), 60_000],
  ['table of font subsets', sum(fontTable), 40_000],
  ['basemap', sum(asset(/^basemap-.*\.json$/)), 250_000],
  ['styles', sum(asset(/\.css$/)), 30_000],
];

let over = false;
for (const [what, bytes, limit] of rows) {
  const state = bytes > limit ? 'OVER' : 'ok';
  over ||= bytes > limit;
  console.log(`${what.padEnd(34)} ${kB(bytes).padStart(8)} of ${kB(limit).padStart(8)}  ${state}`);
}
if (over) process.exit(1);
