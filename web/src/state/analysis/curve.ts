/** Curves over distance with what chance draws: where a curve leaves the bands, and the sentence that says so. */
import type { Answer } from './answer';

type Row = readonly (number | null)[];

export interface Curve {
  statistic: string;
  /** Metres; the other rows are as long. */
  r_m: readonly number[];
  observed: Row;
  expected: Row;
  mean: Row;
  lo: Row;
  hi: Row;
  global_lo: Row;
  global_hi: Row;
  global_p: number | null;
}

const rows = ['observed', 'expected', 'mean', 'lo', 'hi', 'global_lo', 'global_hi'] as const;

/** The curve of an answer; null where it has none. */
export function curveOf(answer: Answer): Curve | null {
  const r_m = answer.r_m;
  if (!Array.isArray(r_m) || r_m.length < 2) return null;
  const row = (name: string): Row => {
    const values = answer[name];
    return Array.isArray(values) && values.length === r_m.length ? (values as Row) : r_m.map(() => null);
  };
  const [observed, expected, mean, lo, hi, global_lo, global_hi] = rows.map(row) as [Row, Row, Row, Row, Row, Row, Row];
  if (observed.every((value) => value === null)) return null;
  const global_p = typeof answer.global_p === 'number' ? answer.global_p : null;
  return { statistic: String(answer.statistic ?? ''), r_m: r_m as number[], observed, expected, mean, lo, hi, global_lo, global_hi, global_p };
}

/** Distances over which a curve lies beyond the global band on one side. */
export interface Range {
  side: 'above' | 'below';
  from_m: number;
  to_m: number;
}

export function rangesBeyond({ r_m, observed, global_lo, global_hi }: Curve): Range[] {
  const side = (i: number): Range['side'] | null => {
    const [value, low, high] = [observed[i], global_lo[i], global_hi[i]];
    if (typeof value !== 'number') return null;
    if (typeof high === 'number' && value > high) return 'above';
    return typeof low === 'number' && value < low ? 'below' : null;
  };
  const found: Range[] = [];
  let open: Range | null = null;
  r_m.forEach((at, i) => {
    const now = side(i);
    if (open && now !== open.side) open = null;
    if (now === null) return;
    if (open) open.to_m = at;
    else found.push((open = { side: now, from_m: at, to_m: at }));
  });
  return found;
}

/** A linear scale with round ticks that covers the values. */
export interface Scale {
  low: number;
  high: number;
  ticks: readonly number[];
}

export function scaleOf(values: readonly (number | null)[], count = 5): Scale {
  const known = values.filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  const least = Math.min(...known);
  const most = Math.max(...known);
  if (known.length === 0) return { low: 0, high: 1, ticks: [0, 1] };
  const span = most - least || Math.abs(most) || 1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 2.5, 5, 10].find((one) => one * power >= raw) ?? 10);
  const low = Math.floor(least / step + 1e-9) * step;
  const high = Math.max(Math.ceil(most / step - 1e-9) * step, low + step);
  const ticks = Array.from({ length: Math.round((high - low) / step) + 1 }, (_, i) => Number((low + i * step).toPrecision(12)));
  return { low, high, ticks };
}

/** The power of a thousand that ticks are told in, so that they stay short: 0 where they are short anyway. */
export function thousandOf({ low, high }: Pick<Scale, 'low' | 'high'>): number {
  const most = Math.max(Math.abs(low), Math.abs(high));
  if (most === 0 || (most >= 0.01 && most < 1e5)) return 0;
  return Math.floor(Math.log10(most) / 3) * 3;
}

/** Runs of places at which all rows are known, as places from … to, both included. */
export function knownRuns(...series: readonly Row[]): [number, number][] {
  const runs: [number, number][] = [];
  const length = series[0]?.length ?? 0;
  for (let i = 0; i < length; i++) {
    if (!series.every((row) => typeof row[i] === 'number')) continue;
    const last = runs.at(-1);
    if (last && last[1] === i - 1) last[1] = i;
    else runs.push([i, i]);
  }
  return runs;
}
