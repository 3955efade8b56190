import { strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import { sheetsOf } from './workbook';
import { textCell as text, workbook } from './workbook.fixture';

describe('a spreadsheet', () => {
  it('gives every cell as its text: codes, decimals, dates, computed values', async () => {
    const rows =
      `<row r="1">${['名称', '代码', '经度', '日期', '合计'].map((name, i) => text(`${'ABCDE'[i]}1`, name)).join('')}</row>` +
      `<row r="3">${text('A3', ' 常熟市 ')}<c r="B3"><v>320581</v></c><c r="C3"><v>121.47000000000001</v></c><c r="D3" s="1"><v>44197</v></c><c r="E3"><f>1+1</f><v>2</v></c></row>` +
      `<row r="4">${text('A4', '&lt;b&gt;甲&lt;/b&gt;')}<c r="B4"><v>3.20581E5</v></c><c r="C4" t="b"><v>1</v></c><c r="D4" s="2"><v>44197.5</v></c><c r="E4" t="str"><f>A4</f><v>算得</v></c></row>`;
    expect(await sheetsOf(workbook({ 名单: rows }))).toEqual([
      {
        name: '名单',
        lines: [
          { line: 1, cells: ['名称', '代码', '经度', '日期', '合计'] },
          { line: 3, cells: ['常熟市', '320581', '121.47', '2021-01-01', '2'] },
          { line: 4, cells: ['<b>甲</b>', '320581', 'true', '2021-01-01T12:00:00', '算得'] },
        ],
      },
    ]);
  });

  it('gives its sheets in their order, without the empty ones', async () => {
    const one = `<row r="1">${text('A1', '甲')}</row>`;
    const sheets = await sheetsOf(workbook({ 二: one, 空: '', 一: one }));
    expect(sheets.map(({ name }) => name)).toEqual(['二', '一']);
  });

  it('may be long: large parts need no worker from a blob', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `<row r="${i + 1}">${text(`A${i + 1}`, `第${i}号 ${Math.random()}`)}</row>`).join('');
    const [sheet] = await sheetsOf(workbook({ 长: rows }));
    expect(sheet?.lines).toHaveLength(30_000);
  });

  it.each([['no archive', strToU8('name,place')], ['half an archive', workbook({ a: '' }).slice(0, 200)]])('that is %s is refused', async (_, bytes) => {
    await expect(sheetsOf(bytes)).rejects.toThrow();
  });
});
