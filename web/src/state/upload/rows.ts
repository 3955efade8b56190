/** What is asked about each line: its text, what it says about where, and its coordinates. */
import { degrees, isRewritten } from './coordinates';
import type { Role, Roles } from './roles';
import type { Fault, Line, Reason, Source } from './source';

/** The longest text that is asked for; a longer one is no name. */
const longest = 1000;

export interface Row {
  line: number;
  cells: readonly string[];
  query: string;
  within: string | null;
  adcode: string | null;
  name: string | null;
  lon: number | null;
  lat: number | null;
  industry: string | null;
}

export interface Prepared {
  columns: readonly string[];
  rows: readonly Row[];
  faults: readonly Fault[];
  /** Pairs of numbers as they stand, whether or not they are on the globe. */
  pairs: readonly (readonly [number, number])[];
  /** Coordinates written otherwise than in plain decimals, one of each row; they are read as decimals only when asked. */
  rewritten: readonly string[];
}

/** The names of the columns; one that comes again is numbered, so that none is lost. */
export function columnsOf({ lines }: Pick<Source, 'lines'>, header: boolean): string[] {
  const first = lines[0]?.cells ?? [];
  const seen = new Map<string, number>();
  return first.map((cell, i) => {
    const name = header && cell.trim() !== '' ? cell.trim() : String(i + 1);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

export function bodyOf({ lines }: Pick<Source, 'lines'>, header: boolean): readonly Line[] {
  return header ? lines.slice(1) : lines;
}

export function prepare(source: Source, header: boolean, roles: Roles, mended: boolean): Prepared {
  const rows: Row[] = [];
  const faults: Fault[] = [...source.faults];
  const pairs: [number, number][] = [];
  const rewritten: string[] = [];
  for (const { line, cells } of bodyOf(source, header)) {
    const cell = (role: Role) => cells[roles.indexOf(role)]?.trim() || null;
    const [lonText, latText] = [cell('lon'), cell('lat')];
    const [lon, lat] = [lonText, latText].map((text) => (text === null ? null : degrees(text)));
    if (lon != null && lat != null) pairs.push([lon, lat]);
    const name = cell('name');
    const place = cell('place');
    const query = place ?? name ?? '';
    const odd = [lonText, latText].find((text) => text !== null && isRewritten(text)) ?? null;
    if (odd !== null) rewritten.push(odd);
    const fault = odd !== null && !mended ? { value: odd, reason: 'written' as const } : faultOf({ lonText, latText, lon: lon ?? null, lat: lat ?? null, query });
    if (fault !== null) {
      faults.push({ line, ...fault });
      continue;
    }
    rows.push({
      line, cells, query,
      within: cell('province'),
      adcode: /^\d{6}/.exec(cell('adcode') ?? '')?.[0] ?? null,
      name,
      lon: lon ?? null,
      lat: lat ?? null,
      industry: cell('industry'),
    });
  }
  return { columns: columnsOf(source, header), rows, faults: faults.sort((a, b) => a.line - b.line), pairs, rewritten };
}

interface Read {
  lonText: string | null;
  latText: string | null;
  lon: number | null;
  lat: number | null;
  query: string;
}

function faultOf({ lonText, latText, lon, lat, query }: Read): { value: string; reason: Reason } | null {
  if (query.length > longest) return { value: `${query.slice(0, 80)}…`, reason: 'long' };
  if (lonText === null && latText === null) return query === '' ? { value: '', reason: 'nothing' } : null;
  if (lonText === null || latText === null) return { value: `${lonText ?? ''}, ${latText ?? ''}`, reason: 'half' };
  if (lon === null) return { value: lonText, reason: 'number' };
  if (lat === null) return { value: latText, reason: 'number' };
  if (lon === 0 && lat === 0) return { value: `${lonText}, ${latText}`, reason: 'zero' };
  if (Math.abs(lat) > 90) return { value: latText, reason: 'lat' };
  if (Math.abs(lon) > 180) return { value: lonText, reason: 'lon' };
  return null;
}

/** Rows of one key ask the same; a decision about one may be a decision about all. */
export function keyOf({ query, within, adcode }: Pick<Row, 'query' | 'within' | 'adcode'>): string {
  return JSON.stringify([query, within, adcode]);
}
