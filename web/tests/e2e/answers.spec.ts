/** How answers of every kind are shown: hot spots, curves, regions, densities, rows, related industries (flow 8.2). */
import { offerAll } from './analyses';
import { seriousFaults } from './axe';
import { drawn, expect, idle, open, test } from './page';

test.beforeEach(({ page }) => offerAll(page));

test('hot spots: classes with signs and counts, q-values, the global statistic, the floor', async ({ page }) => {
  await open(page, '/?an=hotspots/hubs');
  const panel = page.locator('#analysis');
  await expect(panel).toContainText('5 units beyond chance after correction');
  await expect(panel).toContainText('General G');
  await expect(panel).toContainText('BH cannot reject fewer than');
  await expect(panel.locator('tbody tr').first()).toContainText('▲▲ Hot, 99 %');
  await expect(panel.locator('li').filter({ hasText: 'Not significant' })).toContainText('2');
  await idle(page);
  expect((await drawn(page, 'an-cells')).length).toBeGreaterThan(4);
  expect(await seriousFaults(page)).toEqual([]);
});

for (const [theme, lang, sentence] of [
  ['light', 'en', 'More pairs than by chance between 60 km and 220 km (global band, 999 simulations).'],
  ['dark', 'zh', '60公里至220公里之间，点对多于偶然（全局包络，999 次模拟）。'],
] as const) {
  test(`a curve: where it leaves the global band, read by keys, with its table: ${theme}, ${lang}`, async ({ page }) => {
    await open(page, `/?an=distances/hubs&lang=${lang}&theme=${theme}`);
    const panel = page.locator('#analysis');
    await expect(panel.locator('.beyond').first()).toHaveText(sentence);
    await expect(panel.getByRole('img')).toHaveAttribute('aria-label', new RegExp('kd'));
    const slider = panel.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await expect(slider).toHaveAttribute('aria-valuetext', /20 ?(km|公里)/);
    await panel.locator('details').first().locator('summary').click();
    await expect(panel.locator('tbody tr')).toHaveCount(41);
    expect(await seriousFaults(page)).toEqual([]);
  });
}

test('regions: coloured by a measure, hatched where chance may do the same, and by count without hatching', async ({ page }) => {
  await open(page, '/?an=regions/hubs&theme=dark');
  const panel = page.locator('#analysis');
  await expect(panel).toContainText('hatched: may be chance');
  await idle(page);
  expect(await drawn(page, 'an-hatch')).not.toContain('region-1');
  expect(await drawn(page, 'an-hatch')).toContain('region-4');
  await panel.getByRole('combobox', { name: 'Colour by' }).selectOption('n');
  await idle(page);
  expect(await drawn(page, 'an-hatch')).toEqual([]);
  expect(await seriousFaults(page)).toEqual([]);
});

test('a density with its legend, and rows as a table', async ({ page }) => {
  await open(page, '/?an=density/hubs');
  const panel = page.locator('#analysis');
  await expect(panel).toContainText('Points per 10,000 km²');
  await expect(panel).toContainText('5 – 7');
  await idle(page);
  expect(await drawn(page, 'an-cells')).toHaveLength(5);
  await page.goto('/?an=concentration/hubs&e2e=1');
  await idle(page);
  await expect(panel.locator('tbody tr')).toHaveCount(2);
  await expect(panel.locator('tbody tr').last()).toContainText('–');
});

test('flow 8.2: a base, its related industries near and missing, lines, thresholds, what the measure is', async ({ page, watch }) => {
  await open(page, '/?sel=base-03');
  const card = page.locator('section.card');
  await card.getByRole('button', { name: 'Related industries nearby' }).click();
  await expect(card.locator('#related-title')).toBeVisible();
  await expect(card).toContainText('Relatedness from 0.05');
  await expect(card).toContainText('1 site of unknown relatedness: no data, not zero');
  await expect(card).toContainText(/Related, none within 300 km\s*Rubber products\s*0.14\s*nearest at 812 km/);
  await expect(card).toContainText('n.s.');
  await idle(page);
  expect(await drawn(page, 'an-rel')).toEqual(['base-03/p-1', 'base-03/p-2', 'base-03/p-6']);
  expect(await drawn(page, 'near')).toEqual([]);
  const asked = page.waitForRequest((request) => /related\?.*within_km=500/.test(request.url()));
  await card.getByRole('combobox', { name: 'Within' }).selectOption('500');
  await asked;
  await card.getByRole('combobox', { name: 'Nearest of each industry' }).selectOption('5');
  await idle(page);
  expect(await drawn(page, 'an-rel')).toEqual(['base-03/p-1', 'base-03/p-2', 'base-03/p-3', 'base-03/p-6']);
  const slider = card.getByRole('slider');
  await slider.focus();
  await page.keyboard.press('End');
  await expect(card).toContainText('Relatedness from 0.31');
  await expect(card).not.toContainText('Paints');
  await idle(page);
  expect(await drawn(page, 'an-rel')).toEqual(['base-03/p-1']);
  await card.getByText('What is relatedness?').click();
  await expect(card).toContainText('Ellison, Glaeser and Kerr');
  expect(await seriousFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await idle(page);
  expect(await drawn(page, 'an-rel')).toEqual([]);
  expect(watch.errors).toEqual([]);
});
