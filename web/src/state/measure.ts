/**
 * What is near among sites that only the browser knows, as the service measures its own: geodesics on the WGS 84
 * ellipsoid, ordered by distance, equally near ones by id. Loaded when the user's list is first measured.
 *
 * Karney (2013), Algorithms for geodesics, Journal of Geodesy 87, 43–55.
 */
import geographic from 'geographiclib-geodesic';
import type { Neighbour } from './nearest.svelte';
import type { Site } from './site';
import type { LonLat } from './view';

const { Geodesic } = geographic;

/** The k nearest of the sites whose place is known. */
export function nearestOf(sites: readonly Site[], from: LonLat, k: number): Neighbour[] {
  const neighbours = sites.flatMap((site) => (site.position === null ? [] : [{ site, ...wayTo(from, site.position) }]));
  neighbours.sort((a, b) => a.distance_m - b.distance_m || (a.site.id < b.site.id ? -1 : 1));
  return neighbours.slice(0, k);
}

/** Metres along the geodesic, and degrees clockwise from north at its start; no direction over 0 m. */
function wayTo(from: LonLat, to: LonLat): Omit<Neighbour, 'site'> {
  const way = Geodesic.WGS84.Inverse(from.lat, from.lon, to.lat, to.lon, Geodesic.DISTANCE | Geodesic.AZIMUTH);
  const distance_m = way.s12 ?? 0;
  return { distance_m, bearing_deg: distance_m > 0 ? ((way.azi1 ?? 0) + 360) % 360 : null };
}
