import AxeBuilder from '@axe-core/playwright';
import { expect, open, searchBox, test } from './page';

const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

for (const theme of ['light', 'dark']) {
  for (const lang of ['en', 'zh']) {
    test(`no serious fault for assistive technology: ${theme}, ${lang}`, async ({ page }) => {
      await open(page, `/?sel=base-03&lang=${lang}&theme=${theme}`);
      await expect(page.locator('section.card ol > li')).toHaveCount(5);
      await searchBox(page).fill('io');
      await expect(page.getByRole('option').first()).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
    });
  }
}
