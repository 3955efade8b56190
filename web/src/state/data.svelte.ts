/** What the service has answered. Loaded once; a failed request leaves the rest as it is and can be tried again. */
import * as api from '../api/client';
import { RequestFailed } from '../api/problem';
import type { Areas, CollectionId, CollectionInfo, IndustryGroup, LayerId } from '../api/types';
import type { MessageKey } from '../i18n';
import { notices } from './notices.svelte';
import { siteOf, type Site } from './site';

type Boundaries = { provinces: Areas | null; prefectures: Areas | null };

class Data {
  sites = $state.raw<Readonly<Record<LayerId, readonly Site[] | null>>>({ bases: null, hubs: null, mine: null });
  groups = $state.raw<readonly IndustryGroup[]>([]);
  collections = $state.raw<readonly CollectionInfo[] | null>(null);
  boundaries = $state.raw<Boundaries>({ provinces: null, prefectures: null });

  readonly byId = $derived(
    new Map([...(this.sites.mine ?? []), ...(this.sites.hubs ?? []), ...(this.sites.bases ?? [])].map((site) => [site.id, site])),
  );
  readonly slots = $derived(new Map(this.groups.map(({ id, slot }) => [id, slot])));
  readonly hasBoundaries = $derived(this.collections?.some(({ id }) => id === 'provinces') ?? false);

  load(): void {
    void this.#attempt('list.bases', () => this.#loadSites('bases'));
    void this.#attempt('toast.industries', async () => {
      this.groups = (await api.industryGroups()).sort((a, b) => a.slot - b.slot);
    });
    void this.#attempt('list.hubs', () => this.#loadSites('hubs'));
    void this.#attempt('toast.collections', async () => {
      this.collections = await api.collections();
    });
  }

  #asked = new Set<keyof Boundaries>();

  loadBoundaries(level: keyof Boundaries): void {
    if (this.#asked.has(level)) return;
    this.#asked.add(level);
    void this.#attempt('toast.boundaries', async () => {
      this.boundaries = { ...this.boundaries, [level]: await api.areas(level) };
    });
  }

  /** The user's list, as far as it is located; null takes it off the map. */
  setMine(sites: readonly Site[] | null): void {
    this.sites = { ...this.sites, mine: sites };
  }

  async #loadSites(collection: CollectionId): Promise<void> {
    const features = await api.sites(collection);
    this.sites = { ...this.sites, [collection]: features.map((feature) => siteOf(collection, feature)) };
  }

  async #attempt(what: MessageKey, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RequestFailed)) console.error(error);
      notices.add('toast.data', {
        words: { what },
        values: { detail: error instanceof Error ? error.message : String(error) },
        retry: () => void this.#attempt(what, work),
      });
    }
  }
}

export const data = new Data();
