/** The sheets of an XLSX file as lines of cells, each cell as its text. Runs in a worker. */
import { unzipSync, zipSync } from 'fflate';
import readWorkbook from 'read-excel-file/universal';
import type { Line } from './source';

export interface Sheet {
  name: string;
  lines: readonly Line[];
}

/** The most that the parts of a file may hold unpacked: a small file can grow without end. */
const mostBytes = 400_000_000;

/** All sheets that hold something, in their order. A line is numbered as the row in the spreadsheet. */
export async function sheetsOf(bytes: Uint8Array): Promise<Sheet[]> {
  const sheets = await readWorkbook<string>(repacked(bytes), { parseNumber });
  return sheets
    .map(({ sheet, data }) => ({ name: sheet, lines: data.map((row, i) => ({ line: i + 1, cells: row.map(textOf) })) }))
    .map(({ name, lines }) => ({ name, lines: lines.filter(({ cells }) => cells.some((cell) => cell !== '')) }))
    .filter(({ lines }) => lines.length > 0);
}

/** The same archive without compression: large parts would be unpacked by workers from blobs, which the page's policy forbids. */
function repacked(bytes: Uint8Array): ArrayBuffer {
  let sum = 0;
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!/\.(xml|rels)$/.test(name)) return false;
      sum += originalSize;
      if (sum > mostBytes) throw new Error(`${sum} bytes unpacked are too many`);
      return true;
    },
  });
  return zipSync(files, { level: 0 }).slice().buffer;
}

/** A number as the spreadsheet shows it: fifteen digits, and 320581 without a point. */
function parseNumber(written: string): string {
  return String(Number(Number(written).toPrecision(15)));
}

/** Dates in ISO 8601, without the time at midnight; formulas as they were last computed. */
function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().replace(/T00:00:00.*$/, '').replace(/\.\d+Z$/, '');
  return String(cell as string | boolean).trim();
}
