/** The sorted distances to the k-th neighbour, whose elbow chose the radius of clusters. */
import type { Answer } from './answer';

export interface Elbow {
  rank: readonly number[];
  distance_km: readonly number[];
  elbow_rank: number;
  of: number;
}

/** Null where the answer has no such curve: the radius was given, or there are too few points for one. */
export function elbowOf(answer: Answer): Elbow | null {
  const found = answer.distance_curve as Partial<Elbow> | null | undefined;
  if (!found || !Array.isArray(found.rank) || !Array.isArray(found.distance_km)) return null;
  if (found.rank.length < 2 || found.rank.length !== found.distance_km.length) return null;
  if (typeof found.elbow_rank !== 'number' || typeof found.of !== 'number') return null;
  return found as Elbow;
}
