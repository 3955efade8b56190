import { textCell, workbook } from '../../src/state/upload/workbook.fixture';
import { answer, bring, type Asked } from './list';
import { expect, open, test } from './page';

test.beforeEach(({ page }) => page.route('**/geocode?*', (route) => answer(route)));

test('swapped coordinates are offered to be swapped, and the datum is sent', async ({ page }) => {
  await open(page);
  await bring(page, 'swapped.csv', 'name,lon,lat\nA,31.2,121.4\nB,39.9,116.4\n');
  await expect(page.locator('#upload')).toContainText('Most coordinates only make sense the other way round');
  await page.getByRole('button', { name: 'Swap longitude and latitude' }).click();
  await page.getByRole('radio', { name: 'GCJ-02' }).check();
  const asked = page.waitForRequest('**/geocode?*');
  await page.getByRole('button', { name: 'Locate 2 rows' }).click();
  const request = await asked;
  expect(request.url()).toContain('/geocode?country=CN&datum=gcj02');
  expect((request.postDataJSON() as Asked).rows[0]).toEqual({ query: 'A', within: null, adcode: null, lon: 121.4, lat: 31.2, name: 'A' });
});

test('coordinates in degrees and minutes are read as decimals when that is asked for', async ({ page }) => {
  await open(page);
  await bring(page, 'dms.csv', 'name,lon,lat\nA,121°28′12″E,31°13′48″N\nB,１２１．５,31\nC,121.5,31\n');
  const panel = page.locator('#upload');
  await expect(panel).toContainText('“121°28′12″E” would be 121.47000');
  await expect(panel).toContainText('Line 3 １２１．５ is no plain decimal number');
  await expect(panel.getByRole('button', { name: 'Locate 1 row' })).toBeVisible();
  await page.getByRole('button', { name: 'Read them as decimals' }).click();
  const asked = page.waitForRequest('**/geocode?*');
  await page.getByRole('button', { name: 'Locate 3 rows' }).click();
  expect(((await asked).postDataJSON() as Asked).rows[0]).toMatchObject({ lon: 121.47, lat: 31.23 });
});

test('a list in GCJ-02 is located again in it by one click, and what the service says is Chinese on the Chinese page', async ({ page }) => {
  const datums: (string | null)[] = [];
  await page.route('**/geocode?*', async (route) => {
    const datum = new URL(route.request().url()).searchParams.get('datum');
    datums.push(datum);
    const warnings = datum === null ? [{ code: 'gcj02_shift', message: 'Off by 500 m.', message_zh: '偏离 500 米。' }] : [];
    await answer(route, warnings);
  });
  await open(page, '/?lang=zh');
  await page.locator('#upload-button').click();
  await page.locator('#upload input[type=file]').setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('name,lon,lat\nA,121.4,31.2\nB,116.4,39.9\n') });
  await page.locator('#upload .primary').click();
  await expect(page.locator('#upload')).toContainText('偏离 500 米。');
  await page.getByRole('button', { name: '按 GCJ-02 读取并重新定位' }).click();
  await expect(page.locator('#upload')).not.toContainText('偏离');
  expect(datums).toEqual([null, 'gcj02']);
});

test('a spreadsheet is read sheet by sheet, codes and all', async ({ page, watch }) => {
  const row = (number: number, ...cells: string[]) => `<row r="${number}">${cells.map((value, i) => textCell(`${'ABC'[i]}${number}`, value)).join('')}</row>`;
  const long = Array.from({ length: 12_000 }, (_, i) => row(i + 2, `第${i}号`, '常熟市')).join('');
  const book = workbook({
    名单: row(1, '2020年名单') + row(2, '名称', '所在地', '代码') + `<row r="4">${textCell('A4', '<img src=x onerror=alert(1)>'.replaceAll('<', '&lt;'))}${textCell('B4', '常熟市')}<c r="C4"><v>320581</v></c></row>`,
    长: row(1, '名称', '所在地') + long,
  });
  await open(page);
  await page.locator('#upload-button').click();
  await page.locator('#upload input[type=file]').setInputFiles({ name: 'list.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.from(book) });
  const panel = page.locator('#upload');
  await expect(panel).toContainText('list.xlsx 1 row · spreadsheet');
  await expect(panel.locator('tbody tr')).toHaveText(/4\s*<img src=x onerror=alert\(1\)>\s*常熟市\s*320581/);
  await panel.getByLabel('Sheet').selectOption('长');
  await expect(panel).toContainText('12,000 rows · spreadsheet');
  expect(watch.errors).toEqual([]);
});

test('cells pasted on the page open the upload', async ({ page }) => {
  await open(page);
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', '名称\t省份\n常熟市\t江苏省\n');
    window.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  });
  await expect(page.locator('#upload')).toContainText('Pasted text 1 row');
  await expect(page.locator('#upload')).toContainText('parted by tabs');
});

test('a file dropped on the page opens the upload, and one of a kind that cannot be read is refused', async ({ page }) => {
  await open(page);
  const drop = (name: string, content: string) =>
    page.evaluate(
      ([file, text]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text ?? ''], file ?? ''));
        for (const type of ['dragenter', 'drop']) document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
      },
      [name, content],
    );
  await drop('names.txt', 'Changsha, Hunan\n常熟市\n');
  await expect(page.locator('#upload')).toContainText('names.txt 2 rows · one name a line · UTF-8');
  await drop('sheet.xlsx', 'PK');
  await expect(page.getByRole('alert')).toContainText('sheet.xlsx could not be read as a spreadsheet');
  await drop('layer.gpkg', 'SQLite format 3');
  await expect(page.getByRole('alert')).toContainText('GeoPackage is not read in the browser');
});
