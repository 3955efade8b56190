import { drawn, expect, idle, open, test } from './page';

test('a failed request says so, and Retry brings the data', async ({ page }) => {
  let refuse = true;
  await page.route('**/collections/hubs/items*', (route) => (refuse ? route.fulfill({ status: 503, body: '{}' }) : route.fallback()));
  await open(page);
  await expect(page.getByText(/Could not load Hubs/)).toBeVisible();
  refuse = false;
  await page.getByRole('button', { name: 'Retry' }).click();
  await page.locator('#results').getByRole('button', { name: 'Hubs' }).click();
  await expect(page.locator('#results')).toContainText('949 of 949');
});

test('a failed question for the nearest is shown in the card, the rest of it stays', async ({ page }) => {
  await page.route('**/collections/bases/nearest*', (route) => route.abort());
  await open(page, '/?sel=base-02');
  await expect(page.getByText('The nearest could not be loaded.')).toBeVisible();
  await expect(page.locator('#card-title')).toContainText('Zouping');
});

test('without WebGL the list and the card work', async ({ page }) => {
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto('/');
  await expect(page.getByText('This browser cannot draw the interactive map.')).toBeVisible();
  await page.locator('[data-id="base-01"]').click();
  await expect(page.locator('section.card ol > li')).toHaveCount(5);
});

test('at 390 × 844 the sheet has buttons, and the card takes its place', async ({ page, watch }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  await page.getByRole('button', { name: 'More of the list' }).click();
  const sheet = page.locator('#results');
  await expect.poll(async () => (await sheet.boundingBox())?.height ?? 0).toBeGreaterThan(700);
  await page.locator('[data-id="base-03"]').click();
  await expect(page.locator('#card-title')).toContainText('Changshu');
  await page.getByRole('button', { name: 'More of the map' }).click();
  await expect.poll(async () => (await page.locator('section.card').boundingBox())?.height ?? 999).toBeLessThan(400);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(watch.errors).toEqual([]);
});

test('with no base in view a button says so and brings them back', async ({ page }) => {
  await open(page, '/#map=6/45/85');
  await page.getByRole('button', { name: '11 bases outside this view' }).click();
  await idle(page);
  expect(await drawn(page, 'base-marks')).toHaveLength(11);
});

test('the boundaries can be switched off, and the attribution says so', async ({ page }) => {
  await open(page);
  const collections = await (await page.request.get('/collections')).json() as { collections: { id: string }[] };
  test.skip(!collections.collections.some(({ id }) => id === 'provinces'), 'this server has no boundaries');
  const attribution = page.getByRole('note', { name: 'Sources of the map' });
  await expect(attribution).toContainText('Boundaries: Tianditu');
  await expect.poll(() => page.evaluate(() => window.jidiMap?.queryRenderedFeatures({ layers: ['provinces'] }).length ?? 0)).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('switch', { name: /Administrative boundaries/ }).uncheck();
  await expect(attribution).toContainText('No boundaries');
  await expect(page).toHaveURL(/boundaries=off/);
  await expect.poll(() => page.evaluate(() => window.jidiMap?.queryRenderedFeatures({ layers: ['provinces'] }).length)).toBe(0);
});
