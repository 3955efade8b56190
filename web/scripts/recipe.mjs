// Runs a recipe for MapLibre in an empty map, and prints how many features are drawn:
// node scripts/recipe.mjs RECIPE.js LAYER
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { chromium } from '@playwright/test';
import { args, executablePath } from './browser.mjs';

const [file, layer] = process.argv.slice(2);
const recipe = await readFile(file, 'utf8');
const library = new URL('../node_modules/maplibre-gl/dist/', import.meta.url);
const page = `<!doctype html><link rel="stylesheet" href="maplibre-gl.css"><div id="map" style="width:800px;height:600px"></div>
<script type="module">
import { Map } from './maplibre-gl.mjs';
const map = new Map({ container: 'map', style: { version: 8, sources: {}, layers: [] }, center: [105, 35], zoom: 3 });
map.on('load', () => {
${recipe}
map.once('idle', () => { window.drawn = map.queryRenderedFeatures({ layers: [${JSON.stringify(layer)}] }).length; });
});
</script>`;
// A page of another origin than the service, as a reader's own is.
const server = createServer(async (request, answer) => {
  const name = request.url.slice(1);
  const type = name.endsWith('.css') ? 'text/css' : name ? 'text/javascript' : 'text/html';
  const body = name ? await readFile(new URL(name, library)).catch(() => null) : page;
  answer.writeHead(body === null ? 404 : 200, { 'content-type': type }).end(body ?? '');
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));

const browser = await chromium.launch({ executablePath, args });
try {
  const tab = await browser.newPage();
  tab.on('pageerror', (error) => console.error('page error', error.message));
  await tab.goto(`http://127.0.0.1:${server.address().port}/`);
  await tab.waitForFunction(() => window.drawn !== undefined, undefined, { timeout: 60_000 });
  console.log(await tab.evaluate(() => window.drawn));
} finally {
  await browser.close();
  server.close();
}
