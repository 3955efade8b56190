/** What was chosen, dropped or pasted, as sources to choose from: one, or one for each sheet of a spreadsheet. */
import { decode } from './decode';
import { read, withoutTitle, type Source } from './source';
import type { Sheet } from './workbook';

export const mostRows = 20_000;
const mostBytes = 20_000_000;

export type Refusal = 'empty' | 'large' | 'many' | 'sheet' | 'geopackage' | 'broken' | 'kind';

export type Taken = { sources: readonly Source[] } | { refused: Refusal };

export async function taken(what: File | string): Promise<Taken> {
  if (typeof what === 'string') return sourceOf('', what, null);
  const { name, size } = what;
  if (size > mostBytes) return { refused: 'large' };
  if (/\.gpkg$/i.test(name)) return { refused: 'geopackage' };
  if (/\.(xls|xlsb|ods|numbers|et)$/i.test(name)) return { refused: 'sheet' };
  if (/\.(zip|parquet|fgb|kmz?|shp|pdf|docx?)$/i.test(name)) return { refused: 'kind' };
  const bytes = new Uint8Array(await what.arrayBuffer());
  if (/\.xls[xm]$/i.test(name)) return sourcesOf(name, bytes);
  const { text, encoding } = decode(bytes);
  const isOther = text.includes('\0') || /^\s*(\[\s*[[{]|<(\?xml|!doctype|html|kml))/i.test(text); // bytes, JSON that is no GeoJSON, markup
  return isOther ? { refused: 'kind' } : sourceOf(name, text, encoding);
}

function sourceOf(name: string, text: string, encoding: string | null): Taken {
  const source = read(name, text, encoding);
  return source.lines.length === 0 && source.faults.length === 0 ? { refused: 'empty' } : { sources: [source] };
}

async function sourcesOf(name: string, bytes: Uint8Array): Promise<Taken> {
  let sheets: readonly Sheet[];
  try {
    sheets = await inWorker(bytes);
  } catch (error) {
    console.warn(error);
    return { refused: 'broken' };
  }
  if (sheets.length === 0) return { refused: 'empty' };
  return { sources: sheets.map((sheet) => ({ name, sheet: sheet.name, encoding: null, delimiter: null, unit: 'row', lines: withoutTitle(sheet.lines), faults: [] })) };
}

function inWorker(bytes: Uint8Array): Promise<readonly Sheet[]> {
  const worker = new Worker(new URL('./workbook.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<readonly Sheet[]>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<{ sheets: readonly Sheet[] } | { error: string }>) => {
      if ('sheets' in data) resolve(data.sheets);
      else reject(new Error(data.error));
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(bytes, [bytes.buffer]);
  }).finally(() => worker.terminate());
}
