import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, open, searchBox, test } from './page';

const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

async function seriousFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

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
