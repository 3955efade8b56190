/** What the page shows, apart from the data: everything here is written into the address. */
import type { LayerId } from '../api/types';

export type Lang = 'en' | 'zh';
export type Theme = 'light' | 'dark';
export type SortKey = 'name' | 'distance' | 'industry' | 'year';
/** Which hubs are drawn and listed, by the level of the authority that designated them. */
export type HubLevels = 'all' | 'national' | 'provincial' | 'none';

export interface LonLat {
  lon: number;
  lat: number;
}

export interface Camera extends LonLat {
  zoom: number;
}

export interface View {
  collection: LayerId;
  /** Industry groups shown; empty means all. `none` stands for sites whose industry is unknown. */
  industries: readonly string[];
  /** First two digits of the adcode of the province shown; null means all. */
  province: string | null;
  /** Id of the selected site. */
  sel: string | null;
  /** The pin: "from here". Never set together with `sel`. */
  at: LonLat | null;
  /** How many nearest sites are asked for. */
  k: number;
  /** Where the nearest sites are looked for. */
  among: LayerId;
  sort: SortKey;
  /** The analysis shown, as `state/analysis/question.ts` writes it. */
  analysis: string | null;
  hubs: HubLevels;
  boundaries: boolean;
  /** Null follows the stored choice, then the browser. */
  lang: Lang | null;
  theme: Theme | null;
  /** Null means: fit the bases. */
  camera: Camera | null;
}

export const defaultView: View = {
  collection: 'bases',
  industries: [],
  province: null,
  sel: null,
  at: null,
  k: 5,
  among: 'bases',
  sort: 'name',
  analysis: null,
  hubs: 'all',
  boundaries: true,
  lang: null,
  theme: null,
  camera: null,
};
