/** The pins file: decisions a person keeps, to be replayed on the same texts another time. */
import Papa from 'papaparse';
import type { Precision } from '../../api/types';
import type { Decision } from './decisions';
import type { Row } from './rows';

const columns = ['query', 'adcode', 'lon', 'lat', 'precision', 'decided_on'] as const;

export interface Pin {
  query: string;
  within: string | null;
  decision: Decision;
}

/**
 * One line for each text that was placed. Where rows name a province or a parent, a column `within` tells equal
 * texts apart. Rows left out have no place and are no pins.
 */
export function printPins(rows: readonly Row[], decisions: ReadonlyMap<number, Decision>): string {
  const tellApart = rows.some(({ within }) => within !== null);
  const pins = new Map<string, (string | number)[]>();
  for (const [index, decision] of [...decisions].sort(([a], [b]) => a - b)) {
    const row = rows[index];
    if (row === undefined || decision.kind === 'out') continue;
    const { adcode, lon, lat, precision, on } = decision;
    const cells = [row.query, adcode ?? '', lon, lat, precision ?? '', on];
    pins.set(placeKey(row), tellApart ? [...cells, row.within ?? ''] : cells);
  }
  const fields = tellApart ? [...columns, 'within'] : [...columns];
  return `${Papa.unparse({ fields, data: [...pins.values()] }, { newline: '\n' })}\n`;
}

function placeKey({ query, within }: Pick<Row, 'query' | 'within'>): string {
  return JSON.stringify([query, within]);
}

export interface PinsRead {
  pins: readonly Pin[];
  /** Lines that are no pin, counted from 1. */
  refused: readonly number[];
  /** Whether the file says within what each text stands. */
  tellApart: boolean;
}

/** Reads a pins file; null where the columns are not those of one. */
export function readPins(text: string): PinsRead | null {
  const { data, meta } = Papa.parse<Record<string, string>>(text.replace(/^\uFEFF/, ''), { header: true, skipEmptyLines: 'greedy' });
  if (!['query', 'lon', 'lat'].every((column) => meta.fields?.includes(column))) return null;
  const pins: Pin[] = [];
  const refused: number[] = [];
  data.forEach(({ query = '', within = '', adcode = '', lon = '', lat = '', precision = '', decided_on = '' }, i) => {
    const [x, y] = [lon, lat].map((degrees) => (degrees.trim() === '' ? NaN : Number(degrees)));
    if (query.trim() === '' || !(Math.abs(x ?? NaN) <= 180 && Math.abs(y ?? NaN) <= 90)) return refused.push(i + 2);
    const unknown = { uncertainty_km: null, name: null, name_zh: null, chain: [], chain_zh: [] };
    return pins.push({
      query: query.trim(),
      within: within.trim() || null,
      decision: { kind: 'placed', lon: x ?? 0, lat: y ?? 0, adcode: adcode || null, precision: (precision || null) as Precision | null, ...unknown, on: decided_on },
    });
  });
  return { pins, refused, tellApart: meta.fields?.includes('within') ?? false };
}

/** The rows each pin is about: those of its text, and of its province where the file names provinces. */
export function rowsOfPins(rows: readonly Row[], { pins, tellApart }: PinsRead): { rows: number[]; decision: Decision }[] {
  const key = (of: Pick<Row, 'query' | 'within'>) => (tellApart ? placeKey(of) : of.query);
  const byKey = new Map(pins.map((pin) => [key(pin), pin]));
  const found = new Map<Pin, number[]>();
  rows.forEach((row, i) => {
    const pin = byKey.get(key(row));
    if (pin !== undefined) found.set(pin, [...(found.get(pin) ?? []), i]);
  });
  return [...found].map(([{ decision }, of]) => ({ rows: of, decision }));
}
