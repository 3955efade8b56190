/** The map works on the user's list as on the collections of the service. */
import type { Page } from '@playwright/test';
import { answer, bring } from './list';
import { drawn, expect, idle, open, searchBox, test } from './page';

const csv = `名称,所在地,行业,经度,纬度
Dongbang auto parts,常熟市,汽车,,
软件园,,软件,121.47,31.23
Software works,,软件,116.4,39.9
远方,,软件,87.6,43.8
`;

test.beforeEach(({ page }) => page.route('**/geocode?*', (route) => answer(route)));

async function toMap(page: Page): Promise<void> {
  await bring(page, 'mine.csv', csv);
  await page.getByRole('button', { name: 'Locate 4 rows' }).click();
  await page.getByRole('button', { name: 'Show on the map' }).click();
  await page.getByRole('button', { name: 'Show the list on the map' }).click();
  await expect(page.locator('#results')).toContainText('4 of 4');
}

async function find(page: Page, query: string): Promise<void> {
  await page.keyboard.press('/');
  await searchBox(page).fill(query);
  await expect(page.locator('search [role=option]').first()).toContainText('My list');
  await page.keyboard.press('Enter');
}

test('search finds its rows in both scripts, by name and by place', async ({ page }) => {
  await open(page);
  await toMap(page);
  for (const [query, title] of [['软件园', '软件园'], ['dongbang auto', 'Dongbang auto parts'], ['works', 'Software works']] as const) {
    await find(page, query);
    await expect(page.locator('#card-title')).toHaveText(title);
  }
  expect(page.url()).toContain('sel=mine-4');
});

test('filters, counts, the map and the keys follow it', async ({ page, watch }) => {
  await open(page);
  await toMap(page);
  await page.goto(page.url().replace(/[?#].*/, '?collection=mine&ind=software&e2e=1'));
  await idle(page);
  const results = page.locator('#results');
  await expect(results.locator('.pill')).toHaveCount(1);
  await expect(results).toContainText('3 of 4');
  await page.getByRole('button', { name: 'Show all rows of your list' }).click();
  await idle(page);
  const shown = await results.locator('[data-id]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-id')).sort());
  expect(await drawn(page, 'mine-marks')).toEqual(shown);
  await results.locator('.pill').click();
  await expect(results).toContainText('4 of 4');
  await idle(page);
  await expect(page.locator('#map-summary')).toContainText('4 of 4 rows of your list in view');
  await page.locator('canvas').focus();
  await page.keyboard.press('.');
  await expect(page.locator('section.card .kind')).toContainText('My list');
  expect(watch.errors).toEqual([]);
});

test('the nearest of it are named from a row, a base, a hub and any point, and its list is sorted by distance', async ({ page }) => {
  await open(page);
  await toMap(page);
  const card = page.locator('section.card');
  const near = card.locator('ol > li');
  await find(page, '软件园');
  await card.getByRole('button', { name: 'My list' }).click();
  await expect(near).toHaveCount(3);
  await expect(near.first()).toContainText(/Dongbang auto parts.*83 km.*NW/s);
  await page.locator('#results select').selectOption('distance');
  await expect(page.locator('#results [data-index="1"]')).toContainText('83 km');
  await expect(page.locator('#results [data-index="3"]')).toContainText('远方');

  await page.goto('/?sel=base-03&among=mine&e2e=1');
  await idle(page);
  await expect(near).toHaveCount(4);
  await expect(near.first()).toContainText('Dongbang auto parts');
  await page.goto('/?at=87.6,43.8&among=mine&k=3&e2e=1');
  await idle(page);
  await expect(near).toHaveCount(3);
  await expect(near.first()).toContainText(/远方.*0 km.*here/s);
  await page.getByRole('button', { name: 'Hubs' }).last().click();
  await expect(near.first()).not.toContainText('远方');
});
