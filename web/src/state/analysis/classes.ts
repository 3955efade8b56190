/** Classes of hot spots and of shares, with one colour, one sign and one weight for each: the map and the legend read them here. */
import type { Theme } from '../view';

export interface Tone {
  light: string;
  dark: string;
}

export const hotClasses = ['hot_99', 'hot_95', 'hot_90', 'not_significant', 'cold_90', 'cold_95', 'cold_99'] as const;

export type HotClass = (typeof hotClasses)[number];

export interface HotStyle extends Tone {
  sign: string;
  opacity: number;
}

/** `ui.md` 6.3; signs carry the class without the colour. */
export const hotStyles: Readonly<Record<HotClass, HotStyle>> = {
  hot_99: { light: '#9C1127', dark: '#F0566B', sign: '▲▲', opacity: 0.78 },
  hot_95: { light: '#CE5A3A', dark: '#E0764F', sign: '▲', opacity: 0.78 },
  hot_90: { light: '#E59A73', dark: '#B9704F', sign: '△', opacity: 0.78 },
  not_significant: { light: '#D9D6CE', dark: '#55606B', sign: '', opacity: 0.35 },
  cold_90: { light: '#A9CCE0', dark: '#4C7C99', sign: '▽', opacity: 0.78 },
  cold_95: { light: '#5B9BC8', dark: '#5B9BC8', sign: '▼', opacity: 0.78 },
  cold_99: { light: '#1B5FA6', dark: '#7FB4EA', sign: '▼▼', opacity: 0.78 },
};

/** Kinds of local association; high-high and low-low are drawn as hot and cold, the outliers in colours of their own. */
export const quadrants = ['high_high', 'low_low', 'high_low', 'low_high'] as const;

const quadrantStyles: Readonly<Record<(typeof quadrants)[number], HotStyle>> = {
  high_high: hotStyles.hot_95,
  low_low: hotStyles.cold_95,
  high_low: { light: '#E69F00', dark: '#E6B84D', sign: '◆', opacity: 0.7 },
  low_high: { light: '#7A6FB0', dark: '#A79FDB', sign: '◇', opacity: 0.7 },
};

/** The class of a unit as it is drawn: a hot or cold one by how small its q-value is. Null where no unit was tested by itself. */
export function classNameOf(name: unknown, q: unknown): string | null {
  if (typeof name !== 'string') return null;
  const key = normal(name);
  return key === 'hot' || key === 'cold' ? `${key}_${typeof q === 'number' && q <= 0.01 ? '99' : '95'}` : key;
}

/** Classes the service names that this page does not know are drawn as not significant, and named as they are. */
export function hotStyle(name: string | null): HotStyle {
  const key = normal(name);
  return hotStyles[key as HotClass] ?? quadrantStyles[key as keyof typeof quadrantStyles] ?? hotStyles.not_significant;
}

/** `hot 99 %`, `hot-99` and `Hot_99` are one class; null is none. */
export function normal(name: string | null): string {
  const key = (name ?? 'not_significant').toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_|_$/g, '');
  return ['ns', 'none', 'n_s'].includes(key) ? 'not_significant' : key;
}

/** Four steps of relatedness, the weakest first (`ui.md` 6.2). */
export const relatednessTones: readonly Tone[] = [
  { light: '#B3842A', dark: '#86692F' },
  { light: '#96581C', dark: '#B08436' },
  { light: '#73351A', dark: '#DCAE50' },
  { light: '#4A1719', dark: '#FCE3A0' },
];

/** Five steps of a quantity, from nearly land to full indigo. */
export const quantityTones: readonly Tone[] = [
  { light: '#DCE5F0', dark: '#22344A' },
  { light: '#B4C9E2', dark: '#2F4F75' },
  { light: '#86A8D0', dark: '#41709F' },
  { light: '#507FB6', dark: '#6496CB' },
  { light: '#1F4E8C', dark: '#A9CDF6' },
];

export function toneOf(tone: Tone, theme: Theme): string {
  return tone[theme];
}

/** Bounds that part values into so many classes of about equal numbers; fewer where values are alike. */
export function breaksOf(values: readonly number[], classes: number): number[] {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  if (sorted.length <= 1) return [];
  const breaks = new Set<number>();
  for (let i = 1; i < classes; i++) {
    const at = sorted[Math.min(sorted.length - 1, Math.floor((i * sorted.length) / classes))];
    if (at !== undefined && at > (sorted[0] ?? at)) breaks.add(at);
  }
  return [...breaks];
}

/** The class of a value: how many bounds it has reached. */
export function classOf(value: number, breaks: readonly number[]): number {
  return breaks.filter((bound) => value >= bound).length;
}
