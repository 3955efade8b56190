/** The view and what follows from it. Panels call `change`; everything else is derived. */
import { browserLang, kilometres, message, tagOf, type MessageKey } from '../i18n';
import { data } from './data.svelte';
import { isShown } from './filter';
import { mine } from './mine.svelte';
import { notices } from './notices.svelte';
import { store as keep, stored } from './preferences';
import { sorted } from './sort';
import { parseAddress, printAddress } from './url';
import { defaultView, type Lang, type LonLat, type Theme, type View } from './view';
import { NearestQuery, type Start } from './nearest.svelte';

const dark = matchMedia('(prefers-color-scheme: dark)');

class Store {
  view = $state.raw<View>(defaultView);
  hover = $state.raw<string | null>(null);
  #lang = $state.raw<Lang>(stored('lang', ['en', 'zh']) ?? browserLang(navigator.languages));
  #theme = $state.raw<Theme>(stored('theme', ['light', 'dark']) ?? (dark.matches ? 'dark' : 'light'));
  readonly #e2e = new URLSearchParams(location.search).get('e2e');

  readonly lang = $derived(this.view.lang ?? this.#lang);
  readonly theme = $derived(this.view.theme ?? this.#theme);
  readonly selected = $derived(this.view.sel === null ? null : (data.byId.get(this.view.sel) ?? null));
  /** Where distances are measured from: the pin, or the selected site where its place is known. */
  readonly reference = $derived<LonLat | null>(this.view.at ?? this.selected?.position ?? null);

  /** The few nearest to the reference, for the card and the map. */
  readonly nearest = new NearestQuery();
  /** All of the listed collection by distance, only while the list is sorted so. */
  readonly ranking: NearestQuery = new NearestQuery();

  readonly bases = $derived((data.sites.bases ?? []).filter((site) => isShown(site, this.view)));
  readonly hubs = $derived((data.sites.hubs ?? []).filter((site) => isShown(site, this.view)));
  readonly mine = $derived((data.sites.mine ?? []).filter((site) => isShown(site, this.view)));
  readonly listed = $derived(
    sorted(this[this.view.collection], {
      sort: this.view.sort,
      lang: this.lang,
      rank: this.ranking.rank,
      slot: data.slots,
    }),
  );

  /** Reads the address, now and whenever the user goes back or forward. */
  start(): void {
    this.#readAddress();
    addEventListener('popstate', () => this.#readAddress());
    addEventListener('hashchange', () => this.#readAddress());
    dark.addEventListener('change', () => {
      if (stored('theme', ['light', 'dark']) === null) this.#theme = dark.matches ? 'dark' : 'light';
    });
  }

  #readAddress(): void {
    const { view, dropped } = parseAddress(location.search, location.hash);
    if (printAddress(view) !== printAddress(this.view)) this.view = view;
    if (dropped.length > 0) {
      notices.add('toast.unknownParts', { values: { parts: dropped.join(' · ') } });
      this.#write('replaceState');
    }
  }

  change(patch: Partial<View>, how: 'push' | 'replace' = 'push'): void {
    const before = printAddress(this.view);
    this.view = { ...this.view, ...patch };
    if (printAddress(this.view) !== before) this.#write(how === 'push' ? 'pushState' : 'replaceState');
  }

  #write(method: 'pushState' | 'replaceState'): void {
    const [query = '', hash] = printAddress(this.view).split('#');
    const all = this.#e2e === null ? query : `${query === '' ? '?' : `${query}&`}e2e=${this.#e2e}`;
    history[method](null, '', `/${all}${hash === undefined ? '' : `#${hash}`}`);
  }

  link(): string {
    return `${location.origin}/${printAddress(this.view)}`;
  }

  select(id: string | null): void {
    this.change({ sel: id, at: null });
  }

  pin(at: LonLat): void {
    this.change({ sel: null, at });
  }

  setLang(lang: Lang): void {
    keep('lang', lang);
    this.#lang = lang;
    this.change({ lang });
  }

  setTheme(theme: Theme): void {
    keep('theme', theme);
    this.#theme = theme;
    this.change({ theme }, 'replace');
  }

  /** Says so when the address names a list that is not in this browser, and shows the bases. */
  checkList(): void {
    const { collection, among, sel } = this.view;
    const isMine = sel?.startsWith('mine-') ?? false;
    if (mine.kept || data.sites.mine !== null || (collection !== 'mine' && among !== 'mine' && !isMine)) return;
    notices.add('toast.onlyThere');
    this.leaveMine();
  }

  /** Shows nothing of the user's list any more. */
  leaveMine(): void {
    const { collection, among, sel } = this.view;
    const patch: Partial<View> = {};
    if (collection === 'mine') patch.collection = 'bases';
    if (among === 'mine') patch.among = 'bases';
    if (sel?.startsWith('mine-')) patch.sel = null;
    this.change(patch, 'replace');
  }

  /** Says so when the address names a site that no collection holds, and forgets it. */
  checkSelection(): void {
    const { sel } = this.view;
    if (sel === null || data.sites.bases === null || data.sites.hubs === null || data.byId.has(sel)) return;
    if (mine.kept && data.sites.mine === null) return; // the list of this session is still being read
    notices.add('toast.unknownSite', { values: { id: sel } });
    this.change({ sel: null }, 'replace');
  }

  /** Asks for the nearest whenever what they depend on has changed. */
  followNearest(): void {
    const { among, k, sort, collection } = this.view;
    const { reference: at, selected: site } = this;
    const own = data.sites.mine;
    const start: Start | null = at && { at, site };
    this.nearest.ask(among, start, k, own);
    this.ranking.ask(collection, sort === 'distance' ? start : null, data.sites[collection]?.length ?? 0, own);
  }
}

export const store: Store = new Store();

/** A message in the language of the page. */
export function t(key: MessageKey, values?: Record<string, string | number>): string {
  return message(store.lang, key, values);
}

/** A distance in the language of the page. */
export function km(metres: number): string {
  return kilometres(store.lang, metres);
}

/** The `lang` attribute of a text, left out where it is the language of the page. */
export function langOf(text: { lang: Lang } | null): string | undefined {
  return text === null || text.lang === store.lang ? undefined : tagOf[text.lang];
}

/** A position for reading, latitude and longitude with their hemispheres. */
export function coordinatesOf({ lon, lat }: LonLat): string {
  const degrees = (value: number) => Math.abs(value).toFixed(4);
  const north = t(lat < 0 ? 'card.south' : 'card.north', { degrees: degrees(lat) });
  const east = t(lon < 0 ? 'card.west' : 'card.east', { degrees: degrees(lon) });
  return `${north}, ${east}`;
}
