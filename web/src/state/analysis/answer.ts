/** Answers of the service as the page reads them. What is undefined is null, and the answer says why. */
import type { Feature, FeatureCollection, Geometry } from 'geojson';

export interface Warning {
  code: string;
  message: string;
}

/** A parameter as it held in a run: given, a default, or chosen by a rule that is told. */
export interface Held {
  value: unknown;
  from: string;
  reason: string | null;
}

/** What every answer carries. */
export interface Answer {
  type?: 'FeatureCollection';
  features?: readonly Feature<Geometry | null, Record<string, unknown>>[];
  method: { name: string; parameters: Readonly<Record<string, Held>> };
  references: readonly string[];
  seed: number | null;
  n: number;
  warnings: readonly Warning[];
  summary: string;
  [member: string]: unknown;
}

export interface Cluster {
  cluster: number;
  n: number;
  members: readonly string[];
  names: readonly string[];
  radius_km: number | null;
  industries: readonly string[];
  eps_from_km: number | null;
  eps_to_km: number | null;
  silhouette?: number | null;
  stability: number | null;
  p_value: number | null;
  geometry: Geometry | null;
}

export interface Member {
  id: string;
  name: string | null;
  cluster: number | null;
  is_core: boolean;
  probability: number | null;
  geometry: Geometry | null;
}

/** Below so many points an answer describes, and proves nothing (`ui.md` 6.5). */
export const few = 30;

/** At this level a cluster is drawn as one that exceeds chance. */
export const level = 0.05;

export type Standing = 'significant' | 'not_significant' | 'not_tested';

export function standingOf(p: number | null): Standing {
  if (p === null) return 'not_tested';
  return p <= level ? 'significant' : 'not_significant';
}

export function clustersOf(answer: Answer): { clusters: Cluster[]; members: Member[] } {
  const clusters: Cluster[] = [];
  const members: Member[] = [];
  for (const { geometry, properties } of answer.features ?? []) {
    if (properties.kind === 'cluster') clusters.push({ ...(properties as unknown as Cluster), geometry });
    else if (properties.kind === 'member') members.push({ ...(properties as unknown as Member), geometry });
  }
  return { clusters: clusters.sort((a, b) => b.n - a.n || a.cluster - b.cluster), members };
}

/** What an answer says of the clustering as a whole, from −1 to 1; null where it says nothing. */
export function validityOf(answer: Answer): { dbcv: number | null; silhouette: number | null } {
  const number = (name: string) => (typeof answer[name] === 'number' ? answer[name] : null);
  return { dbcv: number('dbcv'), silhouette: number('silhouette') };
}

/** A number of a run: as it was given, fixed, or chosen. */
export function heldNumber(answer: Answer, name: string): number | null {
  const value = answer.method.parameters[name]?.value;
  return typeof value === 'number' ? value : null;
}

export function heldText(answer: Answer, name: string): string | null {
  const value = answer.method.parameters[name]?.value;
  return value === null || value === undefined ? null : String(value);
}

/** The smallest p-value that so many simulations can show. */
export function floorOf(simulations: number | null): number | null {
  return simulations === null || simulations < 1 ? null : 1 / (simulations + 1);
}

/** `p ≤ 0.001` at the floor, else `p = 0.012`: three digits, and never zero. */
export function pText(p: number, floor: number | null): string {
  if (floor !== null && p <= floor * 1.000001) return `p ≤ ${digits(floor)}`;
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

function digits(value: number): string {
  return value >= 0.001 ? String(Number(value.toFixed(3))) : value.toExponential(0);
}

/** The answer as a file: a FeatureCollection with its method, references and warnings as foreign members. */
export function fileOf(answer: Answer): { name: string; type: string; text: string } {
  const isGeo = answer.type === 'FeatureCollection';
  return {
    name: `${answer.method.name}.${isGeo ? 'geojson' : 'json'}`,
    type: isGeo ? 'application/geo+json' : 'application/json',
    text: JSON.stringify(answer),
  };
}

export function featuresOf(answer: Answer): FeatureCollection['features'] {
  return (answer.features ?? []) as FeatureCollection['features'];
}

/** How a run is cited: what was done, on what, by whose method. */
export function citationOf(answer: Answer, what: string, day: string, address: string | null): string {
  const chosen = Object.entries(answer.method.parameters)
    .filter(([, { value }]) => value !== null)
    .map(([name, { value }]) => `${name}=${String(value)}`)
    .join(', ');
  const lines = [
    `Jidi, process “${answer.method.name}” (${chosen}) of ${what}, n = ${answer.n}, seed ${answer.seed ?? '–'}, ${day}.${address === null ? '' : ` ${address}`}`,
    ...answer.references.map((reference) => `${reference}.`),
    ...answer.warnings.map(({ message }) => `Note: ${message}.`),
  ];
  return lines.join('\n');
}
