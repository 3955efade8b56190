/**
 * The nearest sites to an origin: the service measures its collections, this page the list that only it knows. A
 * newer question makes an older answer void.
 */
import * as api from '../api/client';
import type { Origin } from '../api/client';
import type { LayerId } from '../api/types';
import { siteOf, type Site } from './site';
import type { LonLat } from './view';

/** Where a question starts: a position, and the site that stands there, which is not its own nearest. */
export interface Start {
  at: LonLat;
  site: Site | null;
}

export interface Neighbour {
  site: Site;
  distance_m: number;
  bearing_deg: number | null;
}

export class NearestQuery {
  status = $state.raw<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  rows = $state.raw<readonly Neighbour[]>([]);
  detail = $state.raw('');

  #start = $state.raw<Start | null>(null);

  /** The place of each site in the order; the one that is measured from comes before all. */
  readonly rank = $derived(new Map([this.#start?.site, ...this.rows.map(({ site }) => site)].flatMap((site, place) => (site ? [[site.id, place]] : []))));
  readonly distance_m = $derived(new Map(this.rows.map(({ site, distance_m }) => [site.id, distance_m])));

  #asked = '';
  #own: readonly Site[] | null = null;
  #abort: AbortController | null = null;
  #again: () => void = () => undefined;

  /** `own` is the user's list, as it stands now. */
  ask(layer: LayerId, start: Start | null, k: number, own: readonly Site[] | null): void {
    const question = start === null || k === 0 ? '' : JSON.stringify([layer, start.at, start.site?.id, k]);
    const searched = layer === 'mine' ? own : null;
    if (question === this.#asked && searched === this.#own) return;
    [this.#asked, this.#own] = [question, searched];
    this.#abort?.abort();
    this.#start = start;
    this.rows = []; // distances of one origin must not stand beside another
    if (start === null || k === 0) {
      this.status = 'idle';
      return;
    }
    this.#again = () => void this.#load(layer === 'mine' ? () => measured(own ?? [], start, k) : (signal) => asked(layer, start, k, signal));
    this.#again();
  }

  retry(): void {
    this.#again();
  }

  async #load(find: (signal: AbortSignal) => Promise<Neighbour[]>): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.status = 'loading';
    try {
      const rows = await find(abort.signal);
      if (abort.signal.aborted) return;
      this.rows = rows;
      this.status = 'ready';
    } catch (error) {
      if (abort.signal.aborted) return;
      this.rows = [];
      this.detail = error instanceof Error ? error.message : String(error);
      this.status = 'failed';
    }
  }
}

async function asked(layer: Exclude<LayerId, 'mine'>, { at, site }: Start, k: number, signal: AbortSignal): Promise<Neighbour[]> {
  const origin: Origin = site?.collection === layer ? { to: site.id } : { at: [at.lon, at.lat] };
  const features = await api.nearest(layer, origin, k, signal);
  return features.map((feature) => ({
    site: siteOf(layer, feature),
    distance_m: feature.properties.distance_m,
    bearing_deg: feature.properties.bearing_deg,
  }));
}

async function measured(own: readonly Site[], { at, site }: Start, k: number): Promise<Neighbour[]> {
  const { nearestOf } = await import('./measure');
  return nearestOf(own.filter(({ id }) => id !== site?.id), at, k);
}
