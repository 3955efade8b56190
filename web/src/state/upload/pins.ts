/** The pins file: decisions a person keeps, to be replayed on the same texts another time, here or by the service. */
import Papa from 'papaparse';
import type { Precision } from '../../api/types';
import type { Answer } from './answers';
import { choice, type Decision } from './decisions';
import { grouped } from './group';
import type { Row } from './rows';

const columns = ['query', 'within', 'decision', 'lon', 'lat', 'adcode', 'who', 'when', 'precision', 'uncertainty_km'] as const;

const words = { candidate: 'choose', placed: 'place', out: 'leave_out' } as const satisfies Record<Decision['kind'], string>;

export interface Pin {
  query: string;
  within: string | null;
  decision: Decision;
}

/**
 * One line for each text that was decided, the last decision about it. A text is left out only where all its rows
 * are: the file cannot tell the rows of one text apart, and would lose those that stay. `who` signs what nobody has
 * signed yet.
 */
export function printPins(rows: readonly Row[], decisions: ReadonlyMap<number, Decision>, who: string): string {
  const stays = new Set(rows.flatMap((row, i) => (decisions.get(i)?.kind === 'out' ? [] : [textKey(row)])));
  const pins = new Map<string, (string | number)[]>();
  for (const [index, decision] of [...decisions].sort(([a], [b]) => a - b)) {
    const row = rows[index];
    if (row === undefined || (decision.kind === 'out' && stays.has(textKey(row)))) continue;
    pins.set(textKey(row), [row.query, row.within ?? '', words[decision.kind], ...placeOf(decision), decision.who ?? who, decision.on, ...qualityOf(decision)]);
  }
  return `${Papa.unparse({ fields: [...columns], data: [...pins.values()] }, { newline: '\n' })}\n`;
}

function placeOf(decision: Decision): (string | number)[] {
  return decision.kind === 'out' ? ['', '', ''] : [decision.lon, decision.lat, decision.adcode ?? ''];
}

function qualityOf(decision: Decision): (string | number)[] {
  return decision.kind === 'out' ? ['', ''] : [decision.precision ?? '', decision.uncertainty_km ?? ''];
}

function textKey({ query, within }: Pick<Row, 'query' | 'within'>): string {
  return JSON.stringify([query, within]);
}

export interface PinsRead {
  pins: readonly Pin[];
  /** Lines that are no pin, counted from 1. */
  refused: readonly number[];
  /** Whether the file says within what each text stands. */
  tellApart: boolean;
}

/** Reads a pins file; null where the columns are not those of one. Others may stand beside them, in any order. */
export function readPins(text: string): PinsRead | null {
  const { data, meta } = Papa.parse<Partial<Record<string, string>>>(text.replace(/^\uFEFF/, ''), {
    header: true, skipEmptyLines: 'greedy', transformHeader: (name) => name.trim().toLowerCase(),
  });
  if (!['query', 'lon', 'lat'].every((column) => meta.fields?.includes(column))) return null;
  const pins: Pin[] = [];
  const refused: number[] = [];
  data.forEach((record, i) => {
    const query = record.query?.trim() ?? '';
    const decision = decisionOf(record);
    if (query === '' || decision === null) refused.push(i + 2);
    else pins.push({ query, within: record.within?.trim() || null, decision });
  });
  return { pins, refused, tellApart: meta.fields?.includes('within') ?? false };
}

function decisionOf(record: Partial<Record<string, string>>): Decision | null {
  const cell = (column: string) => record[column]?.trim() || null;
  const signed = { on: cell('when') ?? cell('decided_on') ?? '', who: cell('who') ?? '' }; // the command line writes `decided_on`
  const word = cell('decision') ?? words.placed;
  if (word === words.out) return { kind: 'out', ...signed };
  const [lon, lat] = [Number(cell('lon') ?? NaN), Number(cell('lat') ?? NaN)];
  if ((word !== words.candidate && word !== words.placed) || !(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) return null;
  const uncertainty_km = Number(cell('uncertainty_km') ?? NaN);
  return {
    kind: word === words.candidate ? 'candidate' : 'placed', lon, lat,
    adcode: cell('adcode'), precision: cell('precision') as Precision | null,
    uncertainty_km: uncertainty_km > 0 ? uncertainty_km : null,
    name: null, name_zh: null, chain: [], chain_zh: [], ...signed,
  };
}

/** The rows each pin is about: those of its text, and of its province where the file names provinces. */
export function rowsOfPins(rows: readonly Row[], { pins, tellApart }: PinsRead): { rows: number[]; decision: Decision }[] {
  const key = (of: Pick<Row, 'query' | 'within'>) => (tellApart ? textKey(of) : of.query);
  const byKey = new Map(pins.map((pin) => [key(pin), pin]));
  const found = grouped(rows.entries(), ([, row]) => byKey.get(key(row)) ?? null);
  return [...found].map(([{ decision }, of]) => ({ rows: of.map(([i]) => i), decision }));
}

/** A choice that was read from a file, with the names of the candidate it chose, where that is still one. */
export function recognized(decision: Decision, answer: Answer | undefined): Decision {
  if (decision.kind !== 'candidate') return decision;
  const candidate = answer?.candidates.find(({ lon, lat }) => lon === decision.lon && lat === decision.lat);
  return candidate === undefined ? decision : { ...choice(candidate), on: decision.on, who: decision.who };
}
