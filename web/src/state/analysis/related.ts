/** Related industries near a base: which stand near, which are absent, and which lines are worth drawing. */
import type { Feature, LineString, MultiLineString } from 'geojson';
import { heldNumber, type Answer } from './answer';
import { relatednessTones, type Tone } from './classes';
import { emptyOverlay, feature, type Overlay } from './drawn';

export interface Relation {
  from: string;
  to: string;
  to_name: string | null;
  to_name_zh: string | null;
  to_industry: string | null;
  to_industry_zh: string | null;
  /** Null is not known, and not zero. */
  relatedness: number | null;
  measure: string;
  isSame: boolean;
  distance_m: number;
  bearing_deg: number | null;
  score: number | null;
  geometry: LineString | MultiLineString;
}

/** What is drawn: relations of this and more, at most so many from each base. */
export interface Threshold {
  least: number;
  most: number;
  /** Whether sites of the same industry are left out. */
  others: boolean;
}

/** Where a look at the measure starts: weaker relations of the input-output table are noise (`ui.md` 8.2). */
export const firstThreshold: Threshold = { least: 0.05, most: 3, others: false };

export function relationsOf(answer: Answer): Relation[] {
  return (answer.features ?? []).flatMap(({ geometry, properties }) => {
    if (geometry?.type !== 'LineString' && geometry?.type !== 'MultiLineString') return [];
    const text = (name: string) => (typeof properties[name] === 'string' ? properties[name] : null);
    return [{
      from: text('from') ?? '', to: text('to') ?? '', to_name: text('to_name'), to_name_zh: text('to_name_zh'),
      to_industry: text('to_industry'), to_industry_zh: text('to_industry_zh'),
      relatedness: number(properties.relatedness), measure: text('measure') ?? '', isSame: properties.is_same_industry === true,
      distance_m: number(properties.distance_m) ?? 0, bearing_deg: number(properties.bearing_deg), score: number(properties.score),
      geometry,
    }];
  });
}

/** The relations to show, strongest first: at or above the threshold, the best of each base, or of each of another kind. */
export function strongest(relations: readonly Relation[], { least, most, others }: Threshold, kindOf = ({ from }: Relation): string => from): Relation[] {
  const known = relations.filter(({ relatedness, isSame }) => relatedness !== null && relatedness >= least && !(others && isSame));
  known.sort((a, b) => (b.score ?? b.relatedness ?? 0) - (a.score ?? a.relatedness ?? 0) || a.distance_m - b.distance_m || (a.to < b.to ? -1 : 1));
  const taken = new Map<string, number>();
  return known.filter((relation) => {
    const kind = kindOf(relation);
    const rank = (taken.get(kind) ?? 0) + 1;
    taken.set(kind, rank);
    return rank <= most;
  });
}

/** The class of a relatedness, 0 to 3, in steps between the threshold and the strongest there is. */
export function stepOf(relatedness: number, least: number, strongest: number): number {
  if (strongest <= least) return 3;
  return Math.min(3, Math.max(0, Math.floor(((relatedness - least) / (strongest - least)) * 4)));
}

/** A line from 6 px beside the base to 1 px at the end of what is looked at. */
export function widthOf(distance_m: number, within_m: number): number {
  return within_m <= 0 ? 1 : 1 + 5 * Math.max(0, 1 - distance_m / within_m);
}

/** Relations as lines; what is unselected fades to 6 % when a base is selected. */
export function relatedOverlay(relations: readonly Relation[], threshold: Threshold, selected: string | null): Overlay {
  const overlay = emptyOverlay();
  const within_m = Math.max(1, ...relations.map(({ distance_m }) => distance_m));
  const most = Math.max(0, ...relations.map(({ relatedness }) => relatedness ?? 0));
  const hasOwn = selected !== null && relations.some(({ from, to }) => from === selected || to === selected);
  overlay.lines.features = relations.map((relation): Feature => {
    const tone = relatednessTones[stepOf(relation.relatedness ?? 0, threshold.least, most)] as Tone;
    const isOwn = !hasOwn || relation.from === selected || relation.to === selected;
    return feature(
      relation.geometry,
      { kind: 'relation', id: `${relation.from}/${relation.to}`, ...tone, width: widthOf(relation.distance_m, within_m), opacity: isOwn ? 1 : 0.06 },
    );
  });
  return overlay;
}

/** A related industry that nobody near has. */
export interface Absent {
  industry: string;
  industry_zh: string;
  relatedness: number | null;
  nearest_km: number | null;
}

export interface IndexRow {
  id: string;
  value: number | null;
  expected: number | null;
  p_value: number | null;
  absent: readonly Absent[];
}

/** One row for each base: how near related industries are, against chance, and which are absent. */
export function indexOf(answer: Answer): IndexRow[] {
  const rows = Array.isArray(answer.index) ? (answer.index as Record<string, unknown>[]) : [];
  return rows.map((row) => ({
    id: String(row.id ?? ''),
    value: number(row.value),
    expected: number(row.expected),
    p_value: number(row.p_value),
    absent: Array.isArray(row.absent) ? (row.absent as Record<string, unknown>[]).map(absentOf) : [],
  }));
}

function absentOf(row: Record<string, unknown>): Absent {
  const industry = String(row.industry ?? row.code ?? '');
  return { industry, industry_zh: String(row.industry_zh ?? industry), relatedness: number(row.relatedness), nearest_km: number(row.nearest_km) };
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** From which relatedness on the answer knows anything: sliders start there, or at 0.05. */
export function leastOf(answer: Answer | null): number {
  return answer === null ? firstThreshold.least : (heldNumber(answer, 'min_relatedness') ?? firstThreshold.least);
}

export interface Partner {
  group: string;
  /** The strongest first. */
  relations: Relation[];
  /** Null is not known. */
  relatedness: number | null;
  nearest_m: number;
}

/** Relations of one base by the industry of the partner, the strongest industry first, those of unknown relatedness last. */
export function byIndustry(relations: readonly Relation[], industryOf: (relation: Relation) => string): Partner[] {
  const groups = new Map<string, Relation[]>();
  for (const relation of relations) groups.set(industryOf(relation), [...(groups.get(industryOf(relation)) ?? []), relation]);
  const partners = [...groups].map(([group, own]): Partner => {
    const known = own.flatMap(({ relatedness }) => relatedness ?? []);
    return {
      group,
      relations: own.sort((a, b) => (b.relatedness ?? -1) - (a.relatedness ?? -1) || a.distance_m - b.distance_m),
      relatedness: known.length === 0 ? null : Math.max(...known),
      nearest_m: Math.min(...own.map(({ distance_m }) => distance_m)),
    };
  });
  return partners.sort((a, b) => (b.relatedness ?? -1) - (a.relatedness ?? -1) || a.nearest_m - b.nearest_m || (a.group < b.group ? -1 : 1));
}
