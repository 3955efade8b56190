import { seriousFaults } from './axe';
import { expect, open, searchBox, test } from './page';

for (const theme of ['light', 'dark']) {
  for (const lang of ['en', 'zh']) {
    test(`no serious fault for assistive technology: ${theme}, ${lang}`, async ({ page }) => {
      await open(page, `/?sel=base-03&lang=${lang}&theme=${theme}`);
      await expect(page.locator('section.card ol > li')).toHaveCount(5);
      await searchBox(page).fill('io');
      await expect(page.locator('search [role=option]').first()).toBeVisible();
      expect(await seriousFaults(page)).toEqual([]);
    });
  }
}

test('no serious fault in the other panels: pin, hubs, filter, settings, shortcuts, sheet', async ({ page }) => {
  await open(page, '/?collection=hubs&ind=software&prov=32&at=118.8,32.1');
  await expect(page.locator('section.card ol > li')).toHaveCount(5);
  await page.getByRole('button', { name: 'Settings' }).click();
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'All shortcuts' }).click();
  expect(await seriousFaults(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.keyboard.press('Escape');
  await expect(page.locator('#results')).toBeVisible();
  expect(await seriousFaults(page)).toEqual([]);
});
