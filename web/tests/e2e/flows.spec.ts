import { drawn, expect, idle, open, placeOf, searchBox, test } from './page';

const details = 'section.card';

test('search finds a base by its Chinese name and Enter selects it', async ({ page }) => {
  await open(page);
  await page.keyboard.press('/');
  const box = searchBox(page);
  await expect(box).toBeFocused();
  await box.fill('常熟');
  await expect(box).toHaveAttribute('aria-expanded', 'true');
  await expect(page.locator('search [role=option]').first()).toContainText('Changshu');
  await expect(page.locator('mark').first()).toHaveText('常熟');
  await page.keyboard.press('Enter');
  await expect(page.locator('#card-title')).toContainText('Changshu');
  expect(page.url()).toContain('sel=base-03');
});

test('search moves by arrow keys, and Escape empties it', async ({ page }) => {
  await open(page);
  await page.keyboard.press('/');
  const box = searchBox(page);
  await box.pressSequentially('state auto');
  await expect(page.locator('search [role=option]').nth(1)).toBeVisible();
  await page.keyboard.press('ArrowDown');
  const second = await page.locator('search [role=option]').nth(1).locator('.title').innerText();
  await page.keyboard.press('Enter');
  await expect(page.locator('#card-title')).toHaveText(second);
  await expect(box).toHaveValue('');
  await box.fill('nothing at all');
  await expect(page.getByText('Nothing found')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(box).toHaveValue('');
});

test('the list of hits closes when the focus goes elsewhere, and the text stays', async ({ page }) => {
  await open(page);
  await searchBox(page).fill('taicang');
  await expect(page.locator('search [role=option]').first()).toBeVisible();
  await page.getByRole('button', { name: 'Settings' }).click();
  await expect(page.locator('search [role=option]')).toHaveCount(0);
  await expect(searchBox(page)).toHaveValue('taicang');
  await searchBox(page).press('ArrowDown');
  await page.locator('search [role=option]').first().click();
  await expect(page.locator('#card-title')).toContainText('Taicang');
});

test('a position typed into the search drops the pin there', async ({ page }) => {
  await open(page);
  await searchBox(page).fill('116.4, 39.9');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'From this point' })).toBeVisible();
  await expect(page.locator(`${details} ol > li`)).toHaveCount(5);
  await expect(page.locator(`${details} ol > li`).first()).toContainText('Yizhuang');
  expect(page.url()).toContain('at=116.4,39.9');
});

test('an industry found by search filters map, list and count alike', async ({ page }) => {
  await open(page);
  await searchBox(page).fill('software and');
  await page.keyboard.press('Enter');
  await expect(page.locator('#results')).toContainText('1 of 11');
  await idle(page);
  expect(await drawn(page, 'base-marks')).toEqual(['base-01']);
  await page.getByRole('button', { name: /Remove the filter/ }).click();
  await expect(page.locator('#results')).toContainText('11 of 11');
});

test('the list selects, Escape closes and returns to the row, Back undoes', async ({ page }) => {
  await open(page);
  await page.keyboard.press('r');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  const row = page.locator(':focus');
  const id = await row.getAttribute('data-id');
  await page.keyboard.press('Enter');
  await expect(page.locator(details)).toContainText(id ?? '');
  await page.keyboard.press('Escape');
  await expect(page.locator(details)).toHaveCount(0);
  await expect(page.locator(`[data-id="${id}"]`)).toBeFocused();
  await page.goBack();
  await expect(page.locator(details)).toContainText(id ?? '');
  await page.goBack();
  await expect(page.locator(details)).toHaveCount(0);
});

test('a row of the nearest selects that base, and the answer names the hubs when asked', async ({ page }) => {
  await open(page, '/?sel=base-05');
  const rows = page.locator(`${details} ol > li`);
  await expect(rows.first()).toContainText('Changshu');
  await page.locator(details).getByRole('button', { name: 'Hubs' }).click();
  await expect(rows).toHaveCount(5);
  expect(page.url()).toContain('among=hubs');
  await page.locator(details).getByRole('button', { name: 'Bases' }).click();
  await expect(rows.first()).toContainText('Changshu');
  await rows.first().getByRole('button').click();
  await expect(page.locator('#card-title')).toContainText('Changshu');
});

test('base 3 shows the printed name and the correction', async ({ page }) => {
  await open(page, '/?sel=base-03');
  await expect(page.locator('section.card .note')).toContainText('Changsha State Automobile Spare Parts');
  await expect(page.locator('section.card .note')).toContainText('常熟');
});

test('a right click asks from there, and N asks from the middle', async ({ page }) => {
  await open(page);
  const { x, y } = await placeOf(page, 'base-04');
  await page.mouse.click(x + 60, y, { button: 'right' });
  await expect(page.getByRole('heading', { name: 'From this point' })).toBeVisible();
  await expect(page.locator(`${details} ol > li`).first()).toContainText('Pingdingshan');
  await page.keyboard.press('Escape');
  await expect(page.locator(details)).toHaveCount(0);
  await page.keyboard.press('n');
  await expect(page.getByRole('heading', { name: 'From this point' })).toBeVisible();
  await expect(page).toHaveURL(/at=/);
});

test('the hubs are listed, virtually, and can be hidden on the map', async ({ page }) => {
  await open(page);
  await page.locator('#results').getByRole('button', { name: 'Hubs' }).click();
  await expect(page.locator('#results')).toContainText('949 of 949');
  expect(await page.locator('#results [data-id]').count()).toBeLessThan(40);
  await page.keyboard.press('r');
  await expect(page.locator('[data-index="0"]')).toBeFocused();
  await page.keyboard.press('End');
  await expect(page.locator('[data-index="948"]')).toBeFocused();
  expect((await drawn(page, 'hub-marks')).length).toBeGreaterThan(100);
  await page.getByRole('checkbox', { name: 'Hubs' }).uncheck();
  await idle(page);
  expect(await drawn(page, 'hub-marks')).toEqual([]);
});

test('sorting by distance follows the ranks of the service', async ({ page }) => {
  await open(page, '/?sel=base-09&sort=distance');
  await expect(page.locator('#results [data-index="0"]')).toHaveAttribute('data-id', 'base-09');
  await expect(page.locator('#results [data-index="1"]')).toContainText(/\d+ km/);
  await expect(page.locator('#results [data-index="1"]')).toHaveAttribute('data-id', 'base-10');
});

test('a link to a base that does not exist says so and shows the rest', async ({ page }) => {
  await open(page, '/?sel=base-99&k=0');
  await expect(page.getByText('This link names a base that does not exist: base-99')).toBeVisible();
  await expect(page.getByText('Part of this link was not understood: k=0')).toBeVisible();
  await expect(page).not.toHaveURL(/base-99/);
  expect(await drawn(page, 'base-marks')).toHaveLength(11);
});

test('the link that is copied opens the same view', async ({ page, context }) => {
  await open(page, '/?sel=base-06&among=hubs&k=3#map=6/37.5/112.4');
  await page.getByRole('button', { name: 'Copy link' }).click();
  await expect(page.getByText('Copied', { exact: true })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('/?sel=base-06&k=3&among=hubs#map=6/37.5/112.4');
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.locator('#card-title')).toContainText('Shanxi');
  await expect(other.locator(`${details} ol > li`)).toHaveCount(3);
});

test('the page carries the links of the landing page', async ({ page }) => {
  await open(page);
  for (const href of ['/api', '/api.html', '/collections', '/licences', '/conformance']) {
    await expect(page.locator(`footer a[href="${href}"]`)).toBeVisible();
  }
});

test('the fonts of both scripts come from the page itself, none from the system', async ({ page }) => {
  await open(page, '/?lang=zh');
  const loaded = await page.evaluate(() =>
    [...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family.replaceAll('"', '')),
  );
  expect(loaded).toContain('Inter');
  expect(loaded).toContain('Noto Sans SC');
});
