/** Files of the page itself that are fetched like data: the basemap. */
import type { GeometryCollection, Topology } from 'topojson-specification';
import basemapUrl from '../generated/basemap.json?url';
import { refusal, RequestFailed } from './problem';

export interface PlaceProperties {
  name_en: string;
  name_zh: string;
  rank: number;
  capital: boolean;
}

export type Basemap = Topology<{
  land: GeometryCollection;
  lakes: GeometryCollection;
  rivers: GeometryCollection;
  places: GeometryCollection<PlaceProperties>;
  coast?: GeometryCollection;
}>;

export async function basemap(): Promise<Basemap> {
  let response: Response;
  try {
    response = await fetch(basemapUrl);
  } catch (error) {
    throw new RequestFailed(basemapUrl, null, String(error));
  }
  if (!response.ok) throw await refusal(basemapUrl, response);
  return (await response.json()) as Basemap;
}
