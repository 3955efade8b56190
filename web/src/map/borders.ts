/** Draws each border once: neighbours share it, and two dashed lines on one another look solid. */
import type { Feature, MultiLineString, Position } from 'geojson';
import type { Areas } from '../api/types';

export function borders(areas: Areas): Feature<MultiLineString> {
  const seen = new Set<string>();
  const lines: Position[][] = [];
  for (const { geometry } of areas.features) {
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    for (const ring of polygons.flat()) lines.push(...newParts(ring, seen));
  }
  return { type: 'Feature', properties: {}, geometry: { type: 'MultiLineString', coordinates: lines } };
}

/** The parts of a ring whose segments were not seen before. */
function newParts(ring: readonly Position[], seen: Set<string>): Position[][] {
  const parts: Position[][] = [];
  let part: Position[] = [];
  for (let i = 1; i < ring.length; i++) {
    const from = ring[i - 1];
    const to = ring[i];
    if (!from || !to) continue;
    const [a, b] = [from.join(), to.join()];
    const key = a < b ? `${a} ${b}` : `${b} ${a}`;
    if (seen.has(key)) {
      if (part.length > 0) parts.push(part);
      part = [];
    } else {
      seen.add(key);
      if (part.length === 0) part.push(from);
      part.push(to);
    }
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
