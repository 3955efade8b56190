/** The nearest sites to an origin, as the service measured them. A newer question makes an older answer void. */
import * as api from '../api/client';
import type { Origin } from '../api/client';
import type { CollectionId } from '../api/types';
import { siteOf, type Site } from './site';

export interface Neighbour {
  site: Site;
  distance_m: number;
  bearing_deg: number | null;
}

export class NearestQuery {
  status = $state.raw<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  rows = $state.raw<readonly Neighbour[]>([]);
  detail = $state.raw('');

  readonly rank = $derived(new Map(this.rows.map(({ site }, place) => [site.id, place])));
  readonly distance_m = $derived(new Map(this.rows.map(({ site, distance_m }) => [site.id, distance_m])));

  #asked = '';
  #abort: AbortController | null = null;
  #again: () => void = () => undefined;

  ask(collection: CollectionId, origin: Origin | null, k: number): void {
    const question = origin === null || k === 0 ? '' : JSON.stringify([collection, origin, k]);
    if (question === this.#asked) return;
    this.#asked = question;
    this.#abort?.abort();
    this.rows = []; // distances of one origin must not stand beside another
    if (origin === null || k === 0) {
      this.status = 'idle';
      return;
    }
    this.#again = () => void this.#load(collection, origin, k);
    this.#again();
  }

  retry(): void {
    this.#again();
  }

  async #load(collection: CollectionId, origin: Origin, k: number): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.status = 'loading';
    try {
      const features = await api.nearest(collection, origin, k, abort.signal);
      if (abort.signal.aborted) return;
      this.rows = features.map((feature) => ({
        site: siteOf(collection, feature),
        distance_m: feature.properties.distance_m,
        bearing_deg: feature.properties.bearing_deg,
      }));
      this.status = 'ready';
    } catch (error) {
      if (abort.signal.aborted) return;
      this.rows = [];
      this.detail = error instanceof Error ? error.message : String(error);
      this.status = 'failed';
    }
  }
}
