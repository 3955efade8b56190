/** The order of the list. Ties are broken by name, then by id. */
import { groupOf, inLang, nameOf, type Site } from './site';
import type { Lang, SortKey } from './view';

export interface Order {
  sort: SortKey;
  lang: Lang;
  /** Rank of each site by distance, as the service answered; sites it does not name come last. */
  rank?: ReadonlyMap<string, number>;
  /** Position of each industry group in the taxonomy. */
  slot?: ReadonlyMap<string, number>;
}

export function sorted(sites: readonly Site[], order: Order): Site[] {
  const collator = new Intl.Collator(order.lang === 'zh' ? 'zh-u-co-pinyin' : 'en', { numeric: true });
  const byName = (a: Site, b: Site) =>
    collator.compare(nameOf(a, order.lang), nameOf(b, order.lang)) || (a.id < b.id ? -1 : 1);
  const compare = keyOrder(order, collator);
  return [...sites].sort((a, b) => compare(a, b) || byName(a, b));
}

function keyOrder({ sort, lang, rank, slot }: Order, collator: Intl.Collator): (a: Site, b: Site) => number {
  const last = Number.MAX_SAFE_INTEGER;
  switch (sort) {
    case 'name':
      return () => 0;
    case 'distance':
      return (a, b) => (rank?.get(a.id) ?? last) - (rank?.get(b.id) ?? last);
    case 'year': // newest first, unknown last
      return (a, b) => (b.properties.year ?? 0) - (a.properties.year ?? 0);
    case 'industry': {
      const industry = (site: Site) => inLang(site, 'industry', lang)?.text ?? '';
      return (a, b) =>
        (slot?.get(groupOf(a)) ?? last) - (slot?.get(groupOf(b)) ?? last) || collator.compare(industry(a), industry(b));
    }
  }
}
