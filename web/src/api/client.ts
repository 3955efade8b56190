/** What the page asks the service. Only the modules of this folder fetch. Every address is a path of the public API on the page's own origin. */
import type { FeatureCollection } from 'geojson';
import { refusal, RequestFailed } from './problem';
import type { Areas, CollectionId, CollectionInfo, IndustryGroup, NearestFeature, SiteFeature } from './types';

const timeout_ms = 30_000;

export async function json<T>(path: string, signal?: AbortSignal, accept = 'application/json', body?: string): Promise<T> {
  const limit = AbortSignal.timeout(timeout_ms);
  let response: Response;
  try {
    response = await fetch(path, {
      headers: { Accept: accept, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { method: 'POST', body }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new RequestFailed(path, null, error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) throw await refusal(path, response);
  return (await response.json()) as T;
}

export const geojson = 'application/geo+json, application/json';

export async function collections(): Promise<CollectionInfo[]> {
  return (await json<{ collections: CollectionInfo[] }>('/collections')).collections;
}

export async function industryGroups(): Promise<IndustryGroup[]> {
  return (await json<{ groups: IndustryGroup[] }>('/industries')).groups;
}

/** All features of a point collection, as many as one page may hold. */
export async function sites(collection: CollectionId): Promise<SiteFeature[]> {
  const limit = collection === 'bases' ? 1000 : 10000;
  return (await json<{ features: SiteFeature[] }>(`/collections/${collection}/items?limit=${limit}`, undefined, geojson))
    .features;
}

/** Where a question about the nearest starts: a feature of the collection itself, or a position. */
export type Origin = { to: string } | { at: readonly [number, number] };

export async function nearest(
  collection: CollectionId,
  origin: Origin,
  k: number,
  signal?: AbortSignal,
): Promise<NearestFeature[]> {
  const from = 'to' in origin ? `to=${encodeURIComponent(origin.to)}` : `at=${origin.at[0]},${origin.at[1]}`;
  const path = `/collections/${collection}/nearest?${from}&k=${k}`;
  return (await json<{ features: NearestFeature[] }>(path, signal, geojson)).features;
}

/** Administrative polygons for drawing. */
export async function areas(level: 'provinces' | 'prefectures'): Promise<Areas> {
  const limit = level === 'provinces' ? 100 : 1000;
  return json<FeatureCollection>(`/collections/${level}/items?limit=${limit}`, undefined, geojson) as Promise<Areas>;
}
