/** An answer as the map draws it: areas, lines and points with the words, colours and weights they are drawn by. */
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import { clustersOf, standingOf, type Answer, type Cluster } from './answer';
import { breaksOf, classNameOf, classOf, hotStyle, quantityTones, type Tone } from './classes';

export interface Overlay {
  areas: FeatureCollection;
  lines: FeatureCollection;
  points: FeatureCollection;
}

export interface AreaProperties {
  kind: 'hull' | 'cell';
  id: string;
  standing?: string;
  light?: string;
  dark?: string;
  opacity?: number;
  /** Drawn with hatching: known, and not significant. */
  hatched?: boolean;
  /** A sign or label drawn in or at the area. */
  sign?: string;
}

const none = (): FeatureCollection => ({ type: 'FeatureCollection', features: [] });

export function emptyOverlay(): Overlay {
  return { areas: none(), lines: none(), points: none() };
}

export function feature<P extends object>(geometry: Geometry, properties: P): Feature {
  return { type: 'Feature', geometry, properties: properties as Record<string, unknown> };
}

/** More points than this are drawn with small rings. */
const crowd = 60;

/** Hulls by how they stand against chance, their labels, and a ring for each point: core, border or noise. */
export function clusterOverlay(answer: Answer, label: (cluster: Cluster) => string): Overlay {
  const { clusters, members } = clustersOf(answer);
  const overlay = emptyOverlay();
  const isSmall = members.length > crowd;
  for (const cluster of clusters) {
    if (cluster.geometry === null) continue;
    const standing = standingOf(cluster.p_value);
    const properties = { kind: 'hull', id: `cluster-${cluster.cluster}`, standing, sign: label(cluster) } as const;
    const isArea = cluster.geometry.type === 'Polygon' || cluster.geometry.type === 'MultiPolygon';
    (isArea ? overlay.areas : overlay.lines).features.push(feature(cluster.geometry, properties));
    const top = northernmost(cluster.geometry);
    if (top) overlay.points.features.push(feature({ type: 'Point', coordinates: top }, { ...properties, kind: 'label' }));
  }
  for (const { id, cluster, is_core, probability, geometry } of members) {
    if (geometry?.type !== 'Point') continue;
    const role = cluster === null ? 'noise' : is_core ? 'core' : 'border';
    overlay.points.features.push(feature(geometry, { kind: 'member', id, role, faint: probability !== null && probability < 0.5, isSmall }));
  }
  return overlay;
}

/** The northernmost position: labels stand above what they name. */
export function northernmost(geometry: Geometry): number[] | null {
  let top: number[] | null = null;
  const visit = (value: unknown): void => {
    if (!Array.isArray(value)) return;
    if (typeof value[0] === 'number') {
      if (top === null || (value[1] as number) > (top[1] ?? -90)) top = value as number[];
    } else value.forEach(visit);
  };
  if (geometry.type !== 'GeometryCollection') visit(geometry.coordinates);
  return top;
}

/** Whether units were tested one by one; a statistic of the whole map gives them no class. */
export function hasClasses(answer: Answer): boolean {
  return (answer.features ?? []).some(({ properties }) => typeof properties.class === 'string');
}

/** Units by their class, with a sign that carries it without the colour. */
export function hotOverlay(answer: Answer): Overlay {
  const overlay = emptyOverlay();
  for (const { id, geometry, properties } of answer.features ?? []) {
    if (geometry === null) continue;
    const name = classNameOf(properties.class, properties.q_value);
    const drawn = { id: String(id ?? properties.id ?? ''), class: name, ...hotStyle(name) };
    if (geometry.type === 'Point') overlay.points.features.push(feature(geometry, { ...drawn, kind: 'spot' }));
    else overlay.areas.features.push(feature(geometry, { ...drawn, kind: 'cell' }));
  }
  return overlay;
}

export interface Choropleth {
  breaks: number[];
  classes: number;
}

/** Units by a quantity; those whose difference from chance is not significant are hatched and paler. */
export function quantityOverlay(answer: Answer, measure: string): Overlay & Choropleth {
  const overlay = emptyOverlay();
  const values = (answer.features ?? []).flatMap(({ properties }) => numberOf(properties[measure]) ?? []);
  const breaks = breaksOf(values, quantityTones.length);
  for (const { id, geometry, properties } of answer.features ?? []) {
    if (geometry === null) continue;
    const value = numberOf(properties[measure]);
    const tone = value === null ? null : toneAt(classOf(value, breaks), breaks.length + 1);
    const q = numberOf(properties.q_value ?? properties.p_value);
    const properties_ = {
      kind: 'cell', id: String(id ?? properties.adcode ?? ''),
      light: tone?.light ?? '#FFFFFF', dark: tone?.dark ?? '#000000', opacity: tone === null ? 0 : 0.75,
      hatched: tone !== null && measure === 'location_quotient' && (q === null || q > 0.05), sign: '',
    } as const;
    overlay.areas.features.push(feature(geometry, properties_));
  }
  return { ...overlay, breaks, classes: breaks.length + 1 };
}

/** Contours or cells of a density, from their lower to their upper bound. */
export function densityOverlay(answer: Answer): Overlay & { bands: { lower: number; upper: number | null; tone: Tone }[] } {
  const overlay = emptyOverlay();
  const features = (answer.features ?? []).filter(({ geometry, properties }) => geometry !== null && numberOf(properties.lower) !== null);
  const lowers = [...new Set(features.map(({ properties }) => properties.lower as number))].sort((a, b) => a - b);
  const breaks = lowers.length <= quantityTones.length ? lowers.slice(1) : breaksOf(lowers, quantityTones.length);
  const upper = new Map(features.map(({ properties }) => [properties.lower as number, numberOf(properties.upper)]));
  for (const { id, geometry, properties } of features) {
    const tone = toneAt(classOf(properties.lower as number, breaks), breaks.length + 1);
    if (geometry) overlay.areas.features.push(feature(geometry, { kind: 'cell', id: String(id ?? ''), ...tone, opacity: 0.62, sign: '' }));
  }
  const starts = lowers.length === 0 ? [] : [lowers[0] as number, ...breaks];
  const bands = starts.map((lower, place) => ({
    lower,
    upper: starts[place + 1] ?? upper.get(lowers.at(-1) as number) ?? null,
    tone: toneAt(place, breaks.length + 1),
  }));
  return { ...overlay, bands };
}

/** The tone of a class among so many: the strongest for the last, whatever their number. */
export function toneAt(place: number, classes: number): Tone {
  const last = quantityTones.length - 1;
  const step = classes <= 1 ? last : Math.round((place / (classes - 1)) * last);
  return quantityTones[Math.min(last, step)] as Tone;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
