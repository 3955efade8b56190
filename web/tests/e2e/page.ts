/** What the browser tests share: opening the page under watch, asking the map, reading its picture. */
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import type { Map as MapLibreMap } from 'maplibre-gl';

declare global {
  interface Window {
    jidiMap?: MapLibreMap;
  }
}

export interface Watch {
  outside: string[];
  errors: string[];
}

/** A page that may ask only its own origin; what it asks elsewhere is refused and noted, as are console errors. */
export const test = base.extend<{ watch: Watch }>({
  watch: [
    async ({ page, baseURL }, use) => {
      const watch: Watch = { outside: [], errors: [] };
      const origin = new URL(baseURL ?? '').origin;
      await page.route('**/*', (route) => {
        const url = route.request().url();
        if (new URL(url).origin === origin) return route.continue();
        watch.outside.push(url);
        return route.abort();
      });
      page.on('console', (message) => {
        if (message.type() === 'error') watch.errors.push(message.text());
      });
      page.on('pageerror', (error) => watch.errors.push(error.message));
      await use(watch);
      expect(watch.outside, 'requests to other origins').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens an address with the map exposed to the test, and waits until everything is drawn. */
export async function open(page: Page, address = '/'): Promise<void> {
  const [path = '/', hash] = address.split('#');
  await page.goto(`${path}${path.includes('?') ? '&' : '?'}e2e=1${hash === undefined ? '' : `#${hash}`}`);
  await idle(page);
}

export async function idle(page: Page): Promise<void> {
  await page.waitForSelector('html[data-map=idle]', { state: 'attached', timeout: 90_000 });
  await page.evaluate(() => document.fonts.ready);
  await page.waitForSelector('html[data-map=idle]', { state: 'attached', timeout: 90_000 });
}

/** The search box; selects have the role of a combobox, too. */
export function searchBox(page: Page): Locator {
  return page.locator('search input');
}

/** Ids of the features drawn by a layer, each once. */
export async function drawn(page: Page, layer: string): Promise<string[]> {
  return page.evaluate((id) => {
    const features = window.jidiMap?.queryRenderedFeatures({ layers: [id] }) ?? [];
    return [...new Set(features.map((feature) => String(feature.properties.id)))].sort();
  }, layer);
}

/** Where on the screen a base is drawn. */
export async function placeOf(page: Page, id: string): Promise<{ x: number; y: number }> {
  const response = await page.request.get(`/collections/bases/items/${id}`);
  const { geometry } = (await response.json()) as { geometry: { coordinates: [number, number] } };
  return page.evaluate((position) => {
    const map = window.jidiMap;
    if (!map) throw new Error('the map is not exposed');
    const point = map.project(position);
    const box = map.getCanvas().getBoundingClientRect();
    return { x: box.left + point.x, y: box.top + point.y };
  }, geometry.coordinates);
}

/** How many colours the map's picture has; a blank canvas has one or two. */
export async function coloursOf(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const map = window.jidiMap;
        if (!map) return resolve(0);
        map.once('render', () => {
          const source = map.getCanvas();
          const copy = document.createElement('canvas');
          [copy.width, copy.height] = [source.width, source.height];
          const context = copy.getContext('2d');
          if (!context) return resolve(0);
          context.drawImage(source, 0, 0);
          const { data } = context.getImageData(0, 0, copy.width, copy.height);
          const seen = new Set<number>();
          for (let i = 0; i < data.length; i += 4) {
            seen.add(((data[i] ?? 0) << 16) | ((data[i + 1] ?? 0) << 8) | (data[i + 2] ?? 0));
          }
          resolve(seen.size);
        });
        map.triggerRepaint();
      }),
  );
}
