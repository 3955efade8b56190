/** Places many texts at once: `POST /geocode`. */
import type { Feature, Point } from 'geojson';
import { geojson, json } from './client';
import type { Confidence, MatchStatus, Precision } from './types';

/** The datum of the coordinates that rows bring. */
export const datums = ['wgs84', 'gcj02', 'bd09', 'cgcs2000'] as const;

export type Datum = (typeof datums)[number];

export interface GeocodeRow {
  query: string;
  within: string | null;
  adcode: string | null;
  lon: number | null;
  lat: number | null;
  name: string | null;
}

export interface GeocodeCandidate {
  name: string | null;
  name_zh: string | null;
  adcode: string | null;
  level: string | null;
  lon: number;
  lat: number;
  precision: Precision | null;
  uncertainty_km: number | null;
  score: number;
  confidence: Confidence | null;
  chain: readonly string[];
  chain_zh: readonly string[];
  reason: string | null;
  reason_zh?: string | null;
}

export interface GeocodeProperties {
  row: number;
  query: string;
  match_status: MatchStatus;
  confidence: Confidence | null;
  precision: Precision | null;
  uncertainty_km: number | null;
  name: string | null;
  name_zh: string | null;
  adcode: string | null;
  level: string | null;
  chain: readonly string[] | null;
  chain_zh: readonly string[] | null;
  reason: string | null;
  reason_zh?: string | null;
  normalized: string | null;
  stripped: readonly string[] | null;
  candidates: readonly GeocodeCandidate[] | null;
}

export type GeocodeFeature = Feature<Point | null, GeocodeProperties>;

export interface Warning {
  code: string;
  message: string;
  message_zh?: string | null;
}

export interface GeocodeAnswer {
  features: readonly GeocodeFeature[];
  warnings?: readonly Warning[];
}

/** One feature for each row, in their order. Coordinates come back in WGS 84, whatever datum they were given in. */
export async function geocode(rows: readonly GeocodeRow[], datum: Datum, signal: AbortSignal): Promise<GeocodeAnswer> {
  const other = datum === 'wgs84' ? '' : `&datum=${datum}`; // the default is left out
  return json<GeocodeAnswer>(`/geocode?country=CN${other}`, signal, geojson, JSON.stringify({ rows }));
}
