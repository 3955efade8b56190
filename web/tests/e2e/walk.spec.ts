import { coloursOf, drawn, expect, idle, open, placeOf, test } from './page';

test('a walk through the page: map, base, card, reload, language, theme', async ({ page, watch }) => {
  await open(page);
  const all = Array.from({ length: 11 }, (_, i) => `base-${String(i + 1).padStart(2, '0')}`);
  expect(await drawn(page, 'base-marks')).toEqual(all);
  expect(await coloursOf(page)).toBeGreaterThan(20);

  const { x, y } = await placeOf(page, 'base-01');
  await page.mouse.click(x, y);
  const card = page.getByRole('region', { name: 'Details' });
  await expect(card.getByRole('heading', { level: 2 }).first()).toContainText('Beijing');
  const rows = card.getByRole('region', { name: 'Nearest' }).getByRole('listitem');
  await expect(rows).toHaveCount(5);
  for (const row of await rows.all()) await expect(row).toHaveText(/\d km\s+(N|NE|E|SE|S|SW|W|NW)$/);
  await expect(card).toContainText('Straight line');
  expect(page.url()).toContain('sel=base-01');

  await idle(page);
  const before = await card.innerText();
  const address = page.url();
  await page.reload();
  await idle(page);
  await expect(rows).toHaveCount(5);
  expect(page.url()).toBe(address);
  expect(await card.innerText()).toBe(before);

  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await expect(page.locator('#card-title')).toHaveText('北京经济技术开发区国家人工智能高新技术产业化基地');
  await expect(page.locator('section.card li').first()).toHaveText(/\d公里\s+(东|南|西|北|东北|东南|西南|西北)$/);
  await idle(page);

  await page.getByRole('button', { name: '深色' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await idle(page);
  expect(await coloursOf(page)).toBeGreaterThan(20);

  expect(watch).toEqual({ outside: [], errors: [] });
});
