/** Where a row says it is: its two coordinates as written and as numbers, what could be mended, and what is wrong. */
import { degrees, isRewritten, isSwapped } from './coordinates';
import type { Reason } from './source';

/** What may be wrong with coordinates and is put right only when asked. */
export interface Mends {
  /** Degrees and minutes, full-width digits and decimal commas are read as decimals. */
  decimals: boolean;
  /** Pairs that only make sense the other way round are turned. */
  swaps: boolean;
}

export const noMends: Mends = { decimals: false, swaps: false };

export interface Position {
  written: readonly [lon: string | null, lat: string | null];
  lon: number | null;
  lat: number | null;
  /** A coordinate that is not written in plain decimals. */
  odd: string | null;
  /** Whether the pair, as written, only makes sense the other way round. */
  swapped: boolean;
}

export function positionOf(lonText: string | null, latText: string | null, mends: Mends): Position {
  const written = [lonText, latText] as const;
  const [lon, lat] = written.map((text) => (text === null ? null : degrees(text)));
  const odd = written.find((text) => text !== null && isRewritten(text)) ?? null;
  const swapped = lon != null && lat != null && isSwapped(lon, lat);
  const pair = swapped && mends.swaps ? { lon: lat, lat: lon } : { lon: lon ?? null, lat: lat ?? null };
  return { written, ...pair, odd, swapped };
}

export function positionFault({ written: [lonText, latText], lon, lat, odd }: Position, mends: Mends): { value: string; reason: Reason } | null {
  if (lonText === null && latText === null) return null;
  if (lonText === null || latText === null) return { value: `${lonText ?? ''}, ${latText ?? ''}`, reason: 'half' };
  if (odd !== null && !mends.decimals) return { value: odd, reason: 'written' };
  if (lon === null) return { value: lonText, reason: 'number' };
  if (lat === null) return { value: latText, reason: 'number' };
  if (lon === 0 && lat === 0) return { value: `${lonText}, ${latText}`, reason: 'zero' };
  if (Math.abs(lat) > 90) return { value: latText, reason: 'lat' };
  if (Math.abs(lon) > 180) return { value: lonText, reason: 'lon' };
  return null;
}
