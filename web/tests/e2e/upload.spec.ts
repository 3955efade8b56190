import { drawn, expect, idle, open, test } from './page';
import { seriousFaults } from './axe';
import { answer, bring, csv, textOf, toReview, type Asked } from './list';

test.beforeEach(({ page }) => page.route('**/geocode?*', (route) => answer(route)));

test('a list with a bad row is read, located, settled by keyboard, undone, and saved', async ({ page, watch }) => {
  await open(page);
  await bring(page, 'bases.csv', csv);
  const panel = page.locator('#upload');
  await expect(panel).toContainText('6 rows · parted by commas · UTF-8');
  await expect(panel).toContainText('Line 4 latitude 391.2 is out of range');
  await expect(panel.getByLabel('Role of the column 所在地')).toHaveValue('place');
  await expect(panel.getByLabel('Role of the column 行业')).toHaveValue('industry');
  const report = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download this report' }).click();
  expect(await textOf(report)).toContain('4,391.2,latitude 391.2 is out of range');

  await page.getByRole('button', { name: 'Locate 5 rows' }).click();
  await expect(panel).toContainText('5 of 5');
  await expect(panel.locator('dd')).toHaveText(['2', '0', '2', '1']);
  await page.getByRole('button', { name: 'Settle 3 doubtful rows' }).click();
  await expect(panel.getByRole('heading', { name: '朝阳区' })).toBeVisible();
  await expect(panel.locator('ol [data-number]')).toHaveCount(2);
  await idle(page);
  const numbers = await page.evaluate(() => window.jidiMap?.queryRenderedFeatures({ layers: ['choice-marks'] }).map(({ properties }) => Number(properties.number)).sort());
  expect(numbers).toEqual([1, 2]);

  await page.keyboard.press('2');
  await expect(panel).toContainText('2 of 3 · 2 still open');
  await page.keyboard.press('Control+z');
  await expect(panel).toContainText('1 of 3 · 3 still open');
  await page.getByRole('checkbox', { name: 'Apply to all 2 rows with the same text' }).check();
  await panel.focus();
  await page.keyboard.press('Enter');
  await expect(panel).toContainText('3 of 3 · 1 still open');
  await page.keyboard.press('k');
  await expect(panel.locator('[aria-pressed=true][data-number="1"]')).toBeVisible();
  await page.keyboard.press('j');
  await page.getByRole('button', { name: 'Leave out' }).click();
  await page.getByRole('button', { name: 'To the map and the files' }).click();
  await expect(panel).toContainText('4 of 5 rows are on the map');
  await idle(page);
  expect(await drawn(page, 'mine-marks')).toEqual(['mine-2', 'mine-3', 'mine-5', 'mine-7']);

  await page.getByLabel('Decided by').fill('李雷');
  const pins = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the pins file' }).click();
  const today = await page.evaluate(() => new Date().toISOString().slice(0, 10));
  expect(await textOf(pins)).toBe(
    'query,within,decision,lon,lat,adcode,who,when,precision,uncertainty_km\n' +
      `朝阳区,,choose,116.44,39.92,110105,李雷,${today},county_seat,8\n无此地名,,leave_out,,,,李雷,${today},,\n`,
  );
  const located = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV (UTF-8 with BOM)' }).click();
  const text = await textOf(located);
  expect(text.split('\r\n')[0]).toContain('match_status,confidence,precision,uncertainty_km');
  expect(text).toContain('乙基地,朝阳区,,,软件,Chaoyang,朝阳区,110105,116.44,39.92,pinned,high,county_seat,8');
  expect(page.url()).not.toMatch(/朝|%E6/);

  await page.getByRole('button', { name: 'Show the list on the map' }).click();
  await expect(page.locator('#results')).toContainText('4 of 4');
  await page.keyboard.press('/');
  await page.keyboard.type('乙基地');
  await expect(page.locator('search [role=option]').first()).toContainText('My list');
  await page.keyboard.press('Enter');
  await expect(page.locator('#card-title')).toHaveText('乙基地');
  await expect(page.locator('section.card ol > li')).toHaveCount(5);
  await expect(page.locator('section.card')).toContainText('Placed by hand');
  await page.locator('section.card').getByRole('button', { name: 'My list' }).click();
  await expect(page.locator('section.card ol > li')).toHaveCount(3); // all others, but not itself: 丙基地 has the same place
  await expect(page.locator('section.card ol > li').first()).toContainText(/丙基地.*0 km.*here/s);
  await expect(page.locator('section.card ol > li').last()).toContainText(/1,5\d\d km.*SW/s);
  expect(page.url()).toContain('among=mine');
  expect(watch.errors).toEqual([]);
});

test('a reload goes on at the same row, and the decisions stay undoable', async ({ page }) => {
  await open(page);
  await toReview(page);
  await page.keyboard.press('1');
  await expect(page.locator('#upload')).toContainText('2 of 3 · 2 still open');
  await page.reload();
  await idle(page);
  await expect(page.locator('#upload')).toContainText('2 of 3 · 2 still open');
  await page.keyboard.press('Control+z');
  await expect(page.locator('#upload')).toContainText('1 of 3 · 3 still open');
  await page.keyboard.press('Control+Shift+z');
  await expect(page.locator('#upload')).toContainText('2 still open');
});

test('a row is placed by a click on the map, or at its centre from the keyboard', async ({ page }) => {
  await open(page, '/#map=5/36/104');
  await toReview(page);
  const panel = page.locator('#upload');
  await page.keyboard.press('k');
  await expect(panel.getByRole('heading', { name: '无此地名' })).toBeVisible();
  await panel.getByRole('button', { name: 'Place on the map…' }).click();
  const box = await page.locator('canvas').boundingBox();
  await page.mouse.click((box?.x ?? 0) + 300, (box?.y ?? 0) + 300);
  await expect(panel).toContainText('2 still open');
  await panel.getByRole('button', { name: 'Place on the map…' }).click();
  await page.getByRole('button', { name: 'Place at the centre of the map' }).click();
  await expect(panel).toContainText('1 still open');
  await expect(page.locator('section.card')).toHaveCount(0);
});

test('a pins file replays its decisions', async ({ page }) => {
  await open(page);
  await toReview(page);
  const pins = 'query,within,decision,lon,lat,adcode,who,when\n朝阳区,,choose,125.29,43.83,220104,,\n无此地名,,leave_out,,,,,\n无此地名,,place,x,1,,,\n';
  await page.locator('#upload input[type=file]').setInputFiles({ name: 'pins.csv', mimeType: 'text/csv', buffer: Buffer.from(pins) });
  await expect(page.locator('#upload')).toContainText('3 rows decided from the file · Lines that are no pin: 4');
  await expect(page.locator('#upload')).toContainText('none left');
  await expect(page.locator('#upload')).toContainText('left out');
});

test('what the server refuses is said, what was located stays, and it goes on', async ({ page }) => {
  let refuse = true;
  const sizes: number[] = [];
  await page.route('**/geocode?*', (route) => {
    const { rows } = route.request().postDataJSON() as Asked;
    sizes.push(rows.length);
    if (sizes.length === 2 && refuse) return route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"detail":"Too busy just now."}' });
    return answer(route);
  });
  await open(page);
  await bring(page, 'many.txt', Array.from({ length: 1250 }, () => '常熟市').join('\n'));
  await page.getByRole('button', { name: 'Locate 1,250 rows' }).click();
  await expect(page.locator('#upload')).toContainText('1,000 of 1,250');
  await expect(page.getByRole('alert')).toContainText('Too busy just now.');
  refuse = false;
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.locator('#upload')).toContainText('1,250 of 1,250');
  expect(sizes).toEqual([1000, 250, 250]);
});

test('a list that is kept outlasts its tab', async ({ page, context }) => {
  await open(page);
  await toReview(page);
  await page.keyboard.press('1');
  await expect(page.locator('#upload')).toContainText('until you close this tab');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(page.locator('#upload')).toContainText('until you take it off');
  await page.close();
  const other = await context.newPage();
  await open(other);
  await expect(other.locator('#upload')).toContainText('2 of 3 · 2 still open');
  await other.locator('#upload nav').getByRole('button', { name: 'Map and save' }).click();
  other.once('dialog', (dialog) => dialog.dismiss());
  await other.getByRole('button', { name: 'Take the list off this browser' }).click();
  await expect(other.locator('#upload')).toContainText('Your decisions');
  other.once('dialog', (dialog) => dialog.accept());
  await other.getByRole('button', { name: 'Take the list off this browser' }).click();
  await expect(other.locator('#upload')).toContainText('Choose a file');
  expect(await other.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('jidi.list')))).toEqual([]);
});

test('columns read otherwise are asked for again, and what was decided about a row stays', async ({ page }) => {
  await open(page);
  await toReview(page);
  await page.keyboard.press('1');
  await page.locator('#upload nav').getByRole('button', { name: 'Read' }).click();
  await page.getByLabel('Role of the column 行业').selectOption('kept as it is');
  await expect(page.locator('#upload nav').getByRole('button', { name: 'Fix' })).toBeDisabled();
  await page.getByRole('button', { name: 'Locate 5 rows' }).click();
  await expect(page.getByRole('button', { name: 'Settle 2 doubtful rows' })).toBeVisible();
});

test('a link to a list that is not in this browser says so', async ({ page }) => {
  await open(page, '/?collection=mine&sel=mine-3');
  await expect(page.getByText('This link shows a list that is only in the browser it was uploaded to.')).toBeVisible();
  await expect(page.locator('#results')).toContainText('11 of 11');
  await expect(page).not.toHaveURL(/mine/);
});

for (const [theme, lang] of [['light', 'en'], ['dark', 'zh']] as const) {
  test(`no serious fault for assistive technology in any step: ${theme}, ${lang}`, async ({ page }) => {
    await open(page, `/?lang=${lang}&theme=${theme}`);
    await page.locator('#upload-button').click();
    const panel = page.locator('#upload');
    await expect(panel).toBeVisible();
    expect(await seriousFaults(page)).toEqual([]);
    await panel.locator('input[type=file]').setInputFiles({ name: 'bases.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await expect(panel.locator('table')).toBeVisible();
    expect(await seriousFaults(page)).toEqual([]);
    await panel.locator('.primary').click();
    await expect(panel.locator('dl')).toBeVisible();
    await expect(panel.locator('.primary')).toBeVisible();
    expect(await seriousFaults(page)).toEqual([]);
    await panel.locator('.primary').click();
    await expect(panel.locator('ol [data-number]')).toHaveCount(2);
    await page.keyboard.press('1');
    expect(await seriousFaults(page)).toEqual([]);
    await panel.locator('nav button').last().click();
    expect(await seriousFaults(page)).toEqual([]);
  });
}

test('the whole flow fits 390 × 844', async ({ page, watch }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  await toReview(page);
  await page.locator('#upload [data-number="1"]').click();
  await page.getByRole('button', { name: 'Place on the map…' }).click();
  await page.getByRole('button', { name: 'Place at the centre of the map' }).click();
  await expect(page.locator('#upload')).toContainText('1 still open');
  await page.getByRole('button', { name: 'To the map and the files' }).click();
  await page.getByRole('button', { name: 'Show the list on the map' }).click();
  await expect(page.locator('#results')).toContainText('5 of 5');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(watch.errors).toEqual([]);
});
