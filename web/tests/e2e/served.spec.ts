/** What the service itself answers, without fixtures: flow 8.2, a measure whole, the curve that chose a radius. */
import { seriousFaults } from './axe';
import { drawn, expect, idle, open, test } from './page';

test('flow 8.2 as the service answers it: near, missing, lines, thresholds, heat map', async ({ page, watch }) => {
  await open(page, '/?sel=base-03');
  const card = page.locator('section.card');
  await card.getByRole('button', { name: 'Related industries nearby' }).click();
  await expect(card).toContainText('Relatedness from 0.05');
  await expect(card).toContainText('Related, none within 300 km');
  await idle(page);
  const lines = await drawn(page, 'an-rel');
  expect(lines.length).toBeGreaterThan(0);
  await card.getByRole('slider').focus();
  await page.keyboard.press('End');
  await idle(page);
  expect((await drawn(page, 'an-rel')).length).toBeLessThan(lines.length);
  await card.getByText('What is relatedness?').click();
  await card.getByText('Heat map and download').click();
  await expect(card.getByRole('img', { name: 'Relatedness of 107 industries' })).toBeVisible();
  await card.getByRole('combobox', { name: 'Industry (column)' }).selectOption({ index: 1 });
  await expect(card).toContainText('Agriculture – Forestry: 0.000');
  const download = page.waitForEvent('download');
  await card.getByRole('link', { name: 'CSV' }).click();
  expect((await download).suggestedFilename()).toBe('relatedness-input_output.csv');
  await card.screenshot({ path: 'test-results/heat-map.png' });
  expect(await seriousFaults(page)).toEqual([]);
  expect(watch.errors).toEqual([]);
});

test('the radius of the hubs is shown with the curve that chose it', async ({ page, watch }) => {
  await open(page, '/?an=clusters/hubs');
  await page.getByText('How the radius was chosen').click();
  await expect(page.getByRole('img', { name: /the curve bends at point 913, and the radius is 154 km/ })).toBeVisible();
  await page.screenshot({ path: 'test-results/elbow.png' });
  expect(watch.errors).toEqual([]);
});
