/** What the service answered about each row, and what that means for the one who reviews it. */
import type { GeocodeCandidate, GeocodeFeature } from '../../api/geocode';
import type { Confidence, MatchStatus, Precision } from '../../api/types';
import type { LonLat } from '../view';
import type { Decision } from './decisions';

export interface Answer {
  status: MatchStatus;
  confidence: Confidence | null;
  position: LonLat | null;
  precision: Precision | null;
  uncertainty_km: number | null;
  name: string | null;
  name_zh: string | null;
  adcode: string | null;
  chain: readonly string[];
  chain_zh: readonly string[];
  reason: string | null;
  reason_zh: string | null;
  candidates: readonly GeocodeCandidate[];
}

/** Reason and candidates are kept only where there is something to decide: a long list has to fit into the browser. */
export function answerOf({ geometry, properties: p }: GeocodeFeature): Answer {
  const settled = kindOf({ status: p.match_status, confidence: p.confidence }) === 'found';
  const [lon, lat] = geometry?.coordinates ?? [];
  return {
    status: p.match_status,
    confidence: p.confidence,
    position: lon === undefined || lat === undefined ? null : { lon, lat },
    precision: p.precision,
    uncertainty_km: p.uncertainty_km,
    name: p.name,
    name_zh: p.name_zh,
    adcode: p.adcode,
    chain: p.chain ?? [],
    chain_zh: p.chain_zh ?? [],
    reason: settled ? null : p.reason,
    reason_zh: settled ? null : (p.reason_zh ?? null),
    candidates: settled ? [] : (p.candidates ?? []),
  };
}

/** Found without doubt, found but to be looked at, several to choose from, or nothing. */
export const kinds = ['found', 'check', 'choose', 'missing'] as const;

export type Kind = (typeof kinds)[number];

export function kindOf({ status, confidence }: Pick<Answer, 'status' | 'confidence'>): Kind {
  if (status === 'given' || status === 'pinned') return 'found';
  if (status === 'matched') return confidence === 'high' ? 'found' : 'check';
  return status === 'no_match' ? 'missing' : 'choose';
}

export function countKinds(answers: readonly Answer[]): Record<Kind, number> {
  const counts = { found: 0, check: 0, choose: 0, missing: 0 };
  for (const answer of answers) counts[kindOf(answer)] += 1;
  return counts;
}

/** A row's answer after a person has decided; null where it is left out. */
export function decided(answer: Answer, decision: Decision | undefined): Answer | null {
  if (decision === undefined) return answer;
  if (decision.kind === 'out') return null;
  const { lon, lat, precision, uncertainty_km, name, name_zh, adcode, chain, chain_zh } = decision;
  return {
    ...answer,
    status: 'pinned', confidence: 'high', position: { lon, lat },
    precision, uncertainty_km, name, name_zh, adcode, chain, chain_zh,
  };
}
