/** Flow 8.3: which clusters are there, and do they mean anything? Asked of the service itself. */
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { seriousFaults } from './axe';
import { bring } from './list';
import { drawn, expect, idle, open, test } from './page';

const panel = (page: Page): Locator => page.locator('#analysis');

async function run(page: Page): Promise<void> {
  await panel(page).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(panel(page).locator('.summary')).toBeVisible();
  await idle(page);
}

test('clusters of the eleven bases: estimate, run, a description and not a test, the map, the link', async ({ page, watch }) => {
  await open(page);
  await page.getByRole('button', { name: 'Clusters, hot spots and other analyses' }).click();
  await expect(panel(page).getByRole('radio', { name: 'Bases (11)' })).toBeChecked();
  await expect(panel(page).getByRole('status')).toContainText('Less than a second');
  await run(page);
  await expect(panel(page)).toContainText('11 points only: read as a description, not as proof.');
  await expect(panel(page)).toContainText('2 clusters; 7 points stand alone.');
  await expect(panel(page).getByText('n.s. (p = 0.589)')).toHaveCount(2);
  await expect(panel(page)).toContainText('C1 exists for a radius from 40 km to 644 km');
  expect(await drawn(page, 'an-hull-line-ns')).toEqual(['cluster-1', 'cluster-2']);
  expect(await drawn(page, 'an-hull-line')).toEqual([]);
  expect(await drawn(page, 'an-members')).toHaveLength(11);
  expect(page.url()).toContain('an=clusters/bases/hull=buffer');

  const before = await panel(page).locator('.summary').innerText();
  await page.reload();
  await idle(page);
  await expect(panel(page).locator('.summary')).toHaveText(before);
  expect(watch.errors).toEqual([]);
});

test('the radius starts at the default, and another one stands beside the first answer', async ({ page }) => {
  await open(page, '/?an=clusters/bases');
  const exact = panel(page).getByRole('textbox', { name: 'Radius in km' });
  await expect(exact).toHaveValue('77.2');
  await exact.fill('345');
  await exact.press('Enter');
  await expect(panel(page)).toContainText('exists for a radius from 341 km');
  await expect(panel(page).getByRole('navigation').getByRole('button')).toHaveCount(3);
  expect(page.url()).toContain('eps_km=345');
  await page.goBack();
  await expect(exact).toHaveValue('77.2');
  const slider = panel(page).getByRole('slider', { name: /Radius/ });
  await slider.focus();
  await page.keyboard.press('End');
  await expect(panel(page)).toContainText('1 cluster; no point stands alone.');
});

test('a member of a cluster is selected from its list; the answer stays', async ({ page }) => {
  await open(page, '/?an=clusters/bases');
  await panel(page).getByRole('button', { name: /Taicang/ }).click();
  await expect(page.locator('#card-title')).toContainText('Taicang');
  await expect(panel(page)).toContainText('2 clusters');
  expect(page.url()).toMatch(/sel=base-05&an=clusters\/bases/);
});

test('method, parameters and why, seed, references, command and file can be taken along', async ({ page }) => {
  await open(page, '/?an=clusters/bases/eps_km=100');
  const details = panel(page).locator('details').filter({ hasText: 'How was this computed?' });
  await details.locator('summary').click();
  await expect(details).toContainText('2 below 30 points, else 4');
  await expect(details).toContainText('jidi run clusters bases --eps-km 100');
  await expect(details).toContainText('Ester, Kriegel, Sander & Xu (1996)');
  await panel(page).getByRole('button', { name: 'Copy citation' }).click();
  const citation = await page.evaluate(() => navigator.clipboard.readText());
  for (const part of ['eps_km=100', 'n = 11', 'seed 1', 'a description, not a test', 'Ester']) expect(citation).toContain(part);
  const downloading = page.waitForEvent('download');
  await panel(page).getByRole('button', { name: 'Download GeoJSON' }).click();
  const file = await downloading;
  expect(file.suggestedFilename()).toBe('clusters.geojson');
  const answer = JSON.parse(readFileSync(await file.path(), 'utf8')) as { type: string; features: unknown[]; warnings: { code: string }[] };
  expect(answer.type).toBe('FeatureCollection');
  expect(answer.features.length).toBeGreaterThan(11);
  expect(answer.warnings.map(({ code }) => code)).toContain('few_points');
});

test('a parameter out of bounds is refused in the form, and what the service refuses is said there', async ({ page }) => {
  await open(page);
  await page.locator('#analysis-button').click();
  const eps = panel(page).getByRole('textbox', { name: /eps_km/ });
  await eps.fill('-5');
  await expect(panel(page).getByRole('alert')).toContainText('Too small');
  await expect(panel(page).getByRole('button', { name: 'Run', exact: true })).toBeDisabled();
  await eps.fill('100');
  await panel(page).locator('summary').first().click();
  await panel(page).getByRole('textbox', { name: /reference$/ }).fill('nowhere');
  await panel(page).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(panel(page).getByRole('alert')).toContainText('nowhere');
  await panel(page).getByRole('button', { name: 'Change the question' }).click();
  await expect(eps).toHaveValue('100');
});

test('a list of the user is sent along and kept nowhere, and its link says nothing of it', async ({ page }) => {
  await open(page);
  await bring(page, 'mine.csv', 'name,lon,lat\na,104.0,30.6\nb,104.1,30.7\nc,104.2,30.6\nd,120,30\ne,87,43\n');
  await page.getByRole('button', { name: 'Locate 5 rows' }).click();
  await page.getByRole('button', { name: 'Show on the map' }).click();
  await page.getByRole('button', { name: 'Show the list on the map' }).click();
  await page.locator('#analysis-button').click();
  await expect(panel(page).getByRole('radio', { name: 'My list (5)' })).toBeChecked();
  const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/processes/clusters/execution') && !request.postData()?.includes('estimate'));
  await run(page);
  expect((await sent).postDataJSON().inputs.features.features).toHaveLength(5);
  await expect(panel(page)).toContainText('5 points only');
  await expect(panel(page).getByRole('button', { name: 'Copy link' })).toHaveCount(0);
  expect(page.url()).toContain('an=clusters/mine');
  expect(new URL(page.url()).search).not.toContain('104');
});

test('by keys alone: open, run, read, close', async ({ page }) => {
  await open(page);
  await page.locator('#analysis-button').focus();
  await page.keyboard.press('Enter');
  await expect(panel(page)).toBeFocused();
  await expect(panel(page).getByRole('status')).toContainText('Less than a second');
  await panel(page).getByRole('textbox', { name: /eps_km/ }).focus();
  await page.keyboard.type('100');
  await expect(panel(page).getByRole('status')).toContainText('Less than a second');
  await page.keyboard.press('Enter');
  await expect(panel(page).locator('.summary')).toBeVisible();
  await panel(page).getByRole('button', { name: 'Close the analyses' }).press('Enter');
  await expect(page.locator('#analysis-button')).toBeFocused();
  await expect(page).not.toHaveURL(/an=/);
  await idle(page);
  expect(await drawn(page, 'an-members')).toEqual([]);
});

for (const [theme, lang] of [['light', 'zh'], ['dark', 'en']] as const) {
  test(`no serious fault for assistive technology in the form and an answer: ${theme}, ${lang}`, async ({ page }) => {
    await open(page, `/?an=clusters/bases&lang=${lang}&theme=${theme}`);
    await expect(panel(page).locator('.summary')).toBeVisible();
    expect(await seriousFaults(page)).toEqual([]);
    await panel(page).getByRole('navigation').getByRole('button').first().click();
    await expect(panel(page).locator('form')).toBeVisible();
    expect(await seriousFaults(page)).toEqual([]);
  });
}

test('on a phone the answer is a sheet over the map, and nothing of it is cut', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, '/?an=clusters/bases&lang=zh');
  await expect(panel(page)).toContainText('只能作为描述，不能作为证明');
  expect(await panel(page).evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
  expect(await seriousFaults(page)).toEqual([]);
});

test('a long run shows how far it is and can be called off', async ({ page }) => {
  await open(page, '/?collection=hubs');
  await page.locator('#analysis-button').click();
  await expect(panel(page).getByRole('radio', { name: 'Hubs (949)' })).toBeChecked();
  await panel(page).locator('summary').first().click();
  await panel(page).getByRole('textbox', { name: /simulations$/ }).fill('30000');
  await expect(panel(page).getByText(/it runs in the background/)).toBeVisible();
  await panel(page).getByRole('button', { name: 'Run', exact: true }).click();
  await expect(panel(page).getByText(/Computing: \d+ %/)).toBeVisible();
  const dismissed = page.waitForRequest((request) => request.method() === 'DELETE' && request.url().includes('/jobs/'));
  await panel(page).getByRole('button', { name: 'Cancel' }).click();
  await dismissed;
  await expect(panel(page)).toContainText('Cancelled. Nothing was kept.');
});
