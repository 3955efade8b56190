/**
 * The address of a view: one table of parameters parses and prints it.
 *
 * Defaults are left out and the order is fixed, so one view has one address. Unknown or broken values are
 * dropped and named; they never break the page.
 */
import { defaultView, type Camera, type LonLat, type View } from './view';

type QueryKey = Exclude<keyof View, 'camera'>;

interface Parameter<K extends QueryKey> {
  name: string;
  parse: (text: string) => View[K] | undefined;
  print: (value: View[K]) => string;
}

const word = /^[A-Za-z0-9._~-]{1,64}$/;

function oneOf<T extends string>(...values: readonly T[]): { parse: (text: string) => T | undefined; print: (value: T) => string } {
  return { parse: (text) => values.find((value) => value === text), print: (value) => value };
}

function nullable<T>(of: { parse: (text: string) => T | undefined; print: (value: T) => string }) {
  return { parse: of.parse, print: (value: T | null) => (value === null ? '' : of.print(value)) };
}

const id = { parse: (text: string) => (word.test(text) ? text : undefined), print: (value: string) => value };

const ids = {
  parse: (text: string) => {
    const parts = [...new Set(text.split(','))];
    return parts.every((part) => word.test(part)) ? parts : undefined;
  },
  print: (values: readonly string[]) => values.join(','),
};

const lonLat = {
  parse: (text: string): LonLat | undefined => {
    const [lon, lat, ...rest] = text.split(',').map(decimal);
    if (lon === undefined || lat === undefined || rest.length > 0) return undefined;
    return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : undefined;
  },
  print: ({ lon, lat }: LonLat) => `${fixed(lon, 5)},${fixed(lat, 5)}`,
};

const count = {
  parse: (text: string) => (/^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 50 ? Number(text) : undefined),
  print: String,
};

const onOff = {
  parse: (text: string) => (text === 'on' ? true : text === 'off' ? false : undefined),
  print: (value: boolean) => (value ? 'on' : 'off'),
};

/** Its parts are percent-encoded words, so a percent sign is all that must be kept from the address. */
const question = {
  parse: (text: string) => (/^[a-z_]+(\/[\w.,~%=!'()*-]*)+$/.test(text) ? text : undefined),
  print: (value: string) => value.replaceAll('%', '%25'),
};

const provinceCode = { parse: (text: string) => (/^\d{2}$/.test(text) ? text : undefined), print: (value: string) => value };

const schema: { [K in QueryKey]: Parameter<K> } = {
  collection: { name: 'collection', ...oneOf('bases', 'hubs', 'mine') },
  industries: { name: 'ind', ...ids },
  province: { name: 'prov', ...nullable(provinceCode) },
  sel: { name: 'sel', ...nullable(id) },
  at: { name: 'at', ...nullable(lonLat) },
  k: { name: 'k', ...count },
  among: { name: 'among', ...oneOf('bases', 'hubs', 'mine') },
  sort: { name: 'sort', ...oneOf('name', 'distance', 'industry', 'year') },
  analysis: { name: 'an', ...nullable(question) },
  hubs: { name: 'hubs', ...oneOf('all', 'national', 'provincial', 'none') },
  boundaries: { name: 'boundaries', ...onOff },
  lang: { name: 'lang', ...nullable(oneOf('en', 'zh')) },
  theme: { name: 'theme', ...nullable(oneOf('light', 'dark')) },
};

const keys = Object.keys(schema) as QueryKey[];

/** Parameters that are read by the page but are no part of a view. */
const passing = new Set(['e2e']);

export interface Parsed {
  view: View;
  /** What was not understood, as it stood in the address. */
  dropped: string[];
}

export function parseAddress(search: string, hash: string): Parsed {
  const view: View = { ...defaultView };
  const dropped: string[] = [];
  for (const [name, text] of new URLSearchParams(search)) {
    const key = keys.find((candidate) => schema[candidate].name === name);
    if (key === undefined) {
      if (!passing.has(name)) dropped.push(`${name}=${text}`);
    } else if (!assign(view, key, text)) dropped.push(`${name}=${text}`);
  }
  if (view.sel !== null && view.at !== null) {
    dropped.push(`at=${lonLat.print(view.at)}`);
    view.at = null;
  }
  if (hash.length > 1) {
    view.camera = parseCamera(hash);
    if (view.camera === null) dropped.push(hash);
  }
  return { view, dropped };
}

function assign<K extends QueryKey>(view: View, key: K, text: string): boolean {
  const value = schema[key].parse(text);
  if (value === undefined) return false;
  view[key] = value;
  return true;
}

/** The query and hash of a view; empty for the default view. */
export function printAddress(view: View): string {
  const pairs = keys.flatMap((key) => printOne(view, key));
  const query = pairs.length > 0 ? `?${pairs.join('&')}` : '';
  return query + (view.camera === null ? '' : printCamera(view.camera));
}

function printOne<K extends QueryKey>(view: View, key: K): string[] {
  const print = schema[key].print;
  const text = print(view[key]);
  return text === print(defaultView[key]) ? [] : [`${schema[key].name}=${text}`];
}

function parseCamera(hash: string): Camera | null {
  const match = /^#map=([^/]+)\/([^/]+)\/([^/]+)$/.exec(hash);
  const [zoom, lat, lon] = match ? match.slice(1).map(decimal) : [];
  if (zoom === undefined || lat === undefined || lon === undefined) return null;
  return zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

function printCamera({ zoom, lat, lon }: Camera): string {
  return `#map=${fixed(zoom, 2)}/${fixed(lat, 4)}/${fixed(lon, 4)}`;
}

/** A camera as the address keeps it. */
export function rounded(camera: Camera): Camera {
  return { zoom: Number(fixed(camera.zoom, 2)), lat: Number(fixed(camera.lat, 4)), lon: Number(fixed(camera.lon, 4)) };
}

function decimal(text: string): number | undefined {
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

function fixed(value: number, decimals: number): string {
  const text = String(Number(value.toFixed(decimals)));
  return text === '-0' ? '0' : text;
}
