/** A site for tests: all properties unknown but those given. */
import type { LayerId, SiteProperties } from '../api/types';
import type { Site } from './site';

const unknown: Omit<SiteProperties, 'id'> = {
  name: null, name_zh: null, name_as_printed: null, industry: null, industry_zh: null, industry_codes: null,
  io_sectors: null, designation: null, designation_level: null, year: null, place: null, place_zh: null,
  province: null, province_zh: null, prefecture: null, prefecture_zh: null, county: null, county_zh: null,
  adcode: null, precision: null, uncertainty_km: null, match_status: null, confidence: null, industry_group: null,
  source: null, note: null, note_zh: null,
};

export function site(collection: LayerId, properties: Partial<SiteProperties> & { id: string }): Site {
  return { id: properties.id, collection, position: null, properties: { ...unknown, ...properties } };
}
