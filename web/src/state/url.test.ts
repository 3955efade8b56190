import { describe, expect, it } from 'vitest';
import { parseAddress, printAddress } from './url';
import { defaultView, type View } from './view';

function parse(address: string) {
  const [query = '', hash] = address.split('#');
  return parseAddress(query, hash === undefined ? '' : `#${hash}`);
}

/** A small generator of numbers in [0, 1): the same seed gives the same views (mulberry32). */
function generator(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function anyView(random: () => number): View {
  const pick = <T>(...values: T[]): T => values[Math.floor(random() * values.length)] as T;
  const number = (low: number, high: number, decimals: number) => Number((low + random() * (high - low)).toFixed(decimals));
  const sel = pick(null, 'base-03', 'htz-001', 'a.b~c_d-9');
  return {
    collection: pick('bases', 'hubs'),
    industries: pick([], ['software'], ['electronics', 'none']),
    province: pick(null, '32', '50'),
    sel,
    at: sel === null ? pick(null, { lon: number(-180, 180, 5), lat: number(-90, 90, 5) }) : null,
    k: Math.ceil(random() * 50),
    among: pick('bases', 'hubs'),
    sort: pick('name', 'distance', 'industry', 'year'),
    analysis: pick(null, 'clusters/bases', "clusters/hubs/by=industry/filter=adcode%20LIKE%20'32%25'"),
    hubs: pick('all', 'national', 'provincial', 'none'),
    boundaries: pick(true, false),
    lang: pick(null, 'en', 'zh'),
    theme: pick(null, 'light', 'dark'),
    camera: pick(null, { zoom: number(2, 16, 2), lat: number(-85, 85, 4), lon: number(-180, 180, 4) }),
  };
}

describe('the address of a view', () => {
  it('comes back as the same view, and prints the same again', () => {
    const random = generator(20201013);
    for (let round = 0; round < 2000; round++) {
      const view = anyView(random);
      const address = printAddress(view);
      const { view: back, dropped } = parse(address);
      expect(back).toEqual(view);
      expect(dropped).toEqual([]);
      expect(printAddress(back)).toBe(address);
    }
  });

  it('is empty for the default view', () => {
    expect(printAddress(defaultView)).toBe('');
    expect(parse('').view).toEqual(defaultView);
  });

  it('keeps one order, whatever order it was written in', () => {
    expect(printAddress(parse('?theme=dark&sel=base-09&collection=hubs#map=5.2/31.2/120.5').view)).toBe(
      '?collection=hubs&sel=base-09&theme=dark#map=5.2/31.2/120.5',
    );
  });

  it('drops what it does not understand and names it', () => {
    const { view, dropped } = parse('?k=0&at=200,10&lang=fr&colour=red&boundaries=off#map=5/x/120');
    expect(dropped).toEqual(['k=0', 'at=200,10', 'lang=fr', 'colour=red', '#map=5/x/120']);
    expect(view).toEqual({ ...defaultView, boundaries: false });
  });

  it('keeps the selection when a pin is given as well', () => {
    const { view, dropped } = parse('?sel=base-01&at=116.4,39.9');
    expect([view.sel, view.at, dropped]).toEqual(['base-01', null, ['at=116.4,39.9']]);
  });

  it('survives any text', () => {
    const random = generator(7);
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: 30 }, () => String.fromCharCode(32 + Math.floor(random() * 95))).join('');
      expect(() => parseAddress(`?sel=${text}`, `#${text}`)).not.toThrow();
    }
  });
});
