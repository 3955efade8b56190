/** What a person has decided about rows, with undo for each decision. */
import type { GeocodeCandidate } from '../../api/geocode';
import type { Precision } from '../../api/types';
import type { LonLat } from '../view';

interface Signed {
  /** The day of the decision, as a pins file keeps it. */
  on: string;
  /** Who decided, where a file said so. */
  who?: string;
}

export interface Placed extends Signed {
  kind: 'candidate' | 'placed';
  lon: number;
  lat: number;
  adcode: string | null;
  precision: Precision | null;
  uncertainty_km: number | null;
  name: string | null;
  name_zh: string | null;
  chain: readonly string[];
  chain_zh: readonly string[];
}

export type Decision = Placed | ({ kind: 'out' } & Signed);

interface Step {
  /** The rows and what was decided about them before; null for nothing. */
  before: readonly (readonly [row: number, decision: Decision | null])[];
  after: Decision;
}

export interface Log {
  decisions: ReadonlyMap<number, Decision>;
  past: readonly Step[];
  future: readonly Step[];
}

/** How many decisions can be undone. */
const memory = 200;

export const emptyLog: Log = { decisions: new Map(), past: [], future: [] };

export function decide({ decisions, past }: Log, rows: readonly number[], decision: Decision): Log {
  const before = rows.map((row) => [row, decisions.get(row) ?? null] as const);
  return { decisions: apply(decisions, rows, decision), past: [...past, { before, after: decision }].slice(-memory), future: [] };
}

export function undo({ decisions, past, future }: Log): Log {
  const step = past.at(-1);
  if (step === undefined) return { decisions, past, future };
  const back = new Map(decisions);
  for (const [row, decision] of step.before) {
    if (decision === null) back.delete(row);
    else back.set(row, decision);
  }
  return { decisions: back, past: past.slice(0, -1), future: [...future, step] };
}

export function redo({ decisions, past, future }: Log): Log {
  const step = future.at(-1);
  if (step === undefined) return { decisions, past, future };
  return { decisions: apply(decisions, rowsOf(step), step.after), past: [...past, step], future: future.slice(0, -1) };
}

/** The first row of the step that undo, or redo, is about. */
export function rowOfStep(steps: Log['past']): number | null {
  const step = steps.at(-1);
  return (step && rowsOf(step)[0]) ?? null;
}

function rowsOf({ before }: Step): number[] {
  return before.map(([row]) => row);
}

function apply(decisions: Log['decisions'], rows: readonly number[], decision: Decision): Map<number, Decision> {
  const next = new Map(decisions);
  for (const row of rows) next.set(row, decision);
  return next;
}

export function today(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

export function choice(candidate: GeocodeCandidate): Decision {
  const { lon, lat, adcode, precision, uncertainty_km, name, name_zh, chain, chain_zh } = candidate;
  return { kind: 'candidate', lon, lat, adcode, precision, uncertainty_km, name, name_zh, chain, chain_zh, on: today() };
}

export function placed({ lon, lat }: LonLat): Decision {
  const nothing = { adcode: null, uncertainty_km: null, name: null, name_zh: null, chain: [], chain_zh: [] };
  return { kind: 'placed', lon: rounded(lon), lat: rounded(lat), precision: 'given', ...nothing, on: today() };
}

function rounded(degrees: number): number {
  return Number(degrees.toFixed(5));
}
