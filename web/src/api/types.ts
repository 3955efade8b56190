/** The shapes of the public API that the map reads. Every property of a site is always present, null when unknown. */
import type { Feature, FeatureCollection, MultiPolygon, Point, Polygon } from 'geojson';

/** The point collections the map shows. */
export type CollectionId = 'bases' | 'hubs';

/** What the map draws and the list shows: the collections of the service, and the list the user brought. */
export type LayerId = CollectionId | 'mine';

export type MatchStatus = 'matched' | 'ambiguous' | 'conflict' | 'pinned' | 'given' | 'no_match';

export type Precision =
  | 'exact_zone'
  | 'host_county'
  | 'county_seat'
  | 'prefecture_seat'
  | 'province'
  | 'given'
  | 'township'
  | 'place'
  | 'country';

export type Confidence = 'high' | 'medium' | 'low';

export interface SiteProperties {
  id: string;
  name: string | null;
  name_zh: string | null;
  name_as_printed: string | null;
  industry: string | null;
  industry_zh: string | null;
  industry_codes: string[] | null;
  io_sectors: string[] | null;
  designation: string | null;
  designation_level: 'national' | 'provincial' | null;
  year: number | null;
  place: string | null;
  place_zh: string | null;
  province: string | null;
  province_zh: string | null;
  prefecture: string | null;
  prefecture_zh: string | null;
  county: string | null;
  county_zh: string | null;
  adcode: string | null;
  precision: Precision | null;
  uncertainty_km: number | null;
  match_status: MatchStatus | null;
  confidence: Confidence | null;
  industry_group: string | null;
  source: string | null;
  note: string | null;
  note_zh: string | null;
}

export type SiteFeature = Feature<Point | null, SiteProperties>;

/** What `nearest` adds to each feature. */
export interface NearestProperties extends SiteProperties {
  distance_m: number;
  rank: number;
  bearing_deg: number | null;
}

export type NearestFeature = Feature<Point, NearestProperties>;

export interface IndustryGroup {
  id: string;
  slot: number;
  colour: string;
  text_colour: string;
  code_en: string;
  code_zh: string;
  name_en: string;
  name_zh: string;
}

export interface CollectionInfo {
  id: string;
  title?: string;
  titleZh?: string;
  dataAsOf?: string;
  attribution?: string;
}

export type Areas = FeatureCollection<Polygon | MultiPolygon>;
