/** A service that offers more analyses than one: it answers from what is written here, in the shapes of the public API. */
import type { Page, Route } from '@playwright/test';

const words = { version: '1', jobControlOptions: ['sync-execute', 'async-execute', 'dismiss'] };
const summary = (id: string, title: string, titleZh: string) => ({ id, title, titleZh, description: `${title} of the points`, descriptionZh: `点的${titleZh}`, ...words });

const extra = [
  summary('hotspots', 'Hot spots', '热点'),
  summary('distances', 'Distances', '距离'),
  summary('regions', 'Regions compared', '区域比较'),
  summary('density', 'Density', '密度'),
  summary('concentration', 'Concentration', '集中度'),
  summary('related', 'Related industries', '关联产业'),
];

const input = (schema: object, description: string, descriptionZh: string) => ({ title: description, description, descriptionZh, schema, minOccurs: 0, maxOccurs: 1 });
const inputs = {
  collection: input({ type: 'string' }, 'A collection', '集合'),
  simulations: input({ type: 'integer', minimum: 19, maximum: 100000, default: 999 }, 'How often chance draws', '随机模拟次数'),
  id: input({ type: 'string' }, 'A base', '基地'),
  within_km: input({ type: 'number', minimum: 0, maximum: 20038 }, 'How far', '距离'),
  among: input({ type: 'string', default: 'hubs' }, 'Where partners are looked for', '查找范围'),
  lang: input({ type: 'string', enum: ['en', 'zh'], default: 'en' }, 'The language', '语言'),
};

const held = (value: unknown) => ({ value, from: 'default', reason: null });
const said = (name: string, n: number, parameters: Record<string, unknown> = {}) => ({
  method: { name, parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, held(value)])) },
  references: [`A reference for ${name}`], seed: 1, n, warnings: [] as object[], summary: `What ${name} shows and does not.`,
});
const square = (west: number, south: number, size = 3) => ({
  type: 'Polygon', coordinates: [[[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]],
});
const feature = (id: string, geometry: object, properties: object) => ({ type: 'Feature', id, geometry, properties });

const classes = ['hot', 'hot', 'hot', 'not_significant', 'not_significant', 'island', 'cold', 'cold'];
export const hotspots = {
  type: 'FeatureCollection', ...said('hotspots', 949, { statistic: 'gi_star', weights: 'knn:8', permutations: 999, correction: 'bh' }),
  warnings: [{ code: 'permutation_floor', message: 'With 999 permutations the smallest p is 0.001: BH cannot reject fewer than 1 unit' }],
  global: { statistic: 'general_g', value: 0.417, z_value: 2.31, p_value: 0.001 },
  features: classes.map((name, i) => feature(`u-${i}`, square(100 + (i % 4) * 4, 26 + Math.floor(i / 4) * 5, 4), {
    id: `u-${i}`, name: `Unit ${i}`, name_zh: `单元${i}`, value: 10 - i, z_value: 3 - i, p_value: name === 'not_significant' ? 0.4 : 0.001, q_value: name === 'not_significant' ? 0.6 : 0.005 * (i + 1), class: name,
  })),
};

const r_m = Array.from({ length: 41 }, (_, i) => i * 20_000);
const bell = (at: number, wide: number) => r_m.map((r) => Math.exp(-(((r / 1000 - at) / wide) ** 2)));
const mean = r_m.map((_, i) => 9e-7 + 1e-8 * i);
export const curve = {
  ...said('distances', 949, { statistic: 'kd', simulations: 999 }), statistic: 'kd', unit: '1/m', r_m,
  observed: mean.map((value, i) => value + 7e-7 * (bell(140, 90)[i] ?? 0) - 6e-7 * (bell(680, 60)[i] ?? 0)),
  expected: mean, mean, lo: mean.map((value) => value * 0.85), hi: mean.map((value) => value * 1.15),
  global_lo: mean.map((value) => value * 0.75), global_hi: mean.map((value) => value * 1.25), global_p: 0.001,
};

export const regions = {
  type: 'FeatureCollection', ...said('regions', 949, { level: 'province' }),
  features: Array.from({ length: 8 }, (_, i) => feature(`region-${i}`, square(100 + (i % 4) * 4, 26 + Math.floor(i / 4) * 5, 4), {
    adcode: String(110000 + i * 10000), name: `Region ${i}`, name_zh: `区域${i}`, n: 10 * (i + 1), share: (i + 1) / 36, location_quotient: 0.4 + i * 0.25,
    expected: 20, hhi: 0.2, specialisation: 0.5, p_value: 0.02 * i, q_value: 0.03 * i,
  })),
};

export const density = {
  type: 'FeatureCollection', ...said('density', 949, { kernel: 'quartic', bandwidth_km: 150 }),
  features: [0, 1, 2, 3, 4].map((i) => feature(`band-${i}`, square(104 + i, 26 + i, 14 - 2 * i), { lower: 0.0001 * (i + 1), upper: i < 4 ? 0.0001 * (i + 2) : 0.0007 })),
};

const line = (from: string, to: string, relatedness: number | null, distance_m: number, at: [number, number]) =>
  feature(`${from}-${to}`, { type: 'LineString', coordinates: [[120.74221, 31.64615], at] }, { from, to, to_name: `Partner ${to}`, to_name_zh: `伙伴 ${to}`, to_industry: 'Motor vehicles', to_industry_zh: '汽车', relatedness, measure: 'input_output', distance_m, bearing_deg: 90, score: relatedness });
export const related = {
  type: 'FeatureCollection', ...said('related', 11, { measure: 'input_output', among: 'hubs', decay_km: 100, min_relatedness: 0.02 }),
  features: [
    line('base-03', 'p-1', 0.31, 60_000, [120.3, 31.5]), line('base-03', 'p-2', 0.12, 140_000, [119.9, 32.8]),
    line('base-03', 'p-3', 0.07, 420_000, [117.2, 34.3]), line('base-03', 'p-4', 0.03, 80_000, [121.4, 31.2]),
    line('base-03', 'p-5', null, 90_000, [121.5, 30.9]), line('base-03', 'p-6', 0.2, 900_000, [113, 28]),
  ],
  index: [{ id: 'base-03', value: 1.4, expected: 1.1, p_value: 0.21, absent: [{ code: '29', industry: 'Rubber products', industry_zh: '橡胶制品', relatedness: 0.14, nearest_km: 812 }, { code: '26', industry: 'Paints', industry_zh: '涂料', relatedness: 0.06, nearest_km: null }] }],
};
const concentration = { ...said('concentration', 949), rows: [{ industry: 'software', gamma: 0.031, p_value: 0.02 }, { industry: 'vehicles', gamma: null, p_value: null }] };

const answers: Readonly<Record<string, object>> = { hotspots, distances: curve, regions, density, concentration, related };

/** Makes the page find these analyses beside those of the service. */
export async function offerAll(page: Page): Promise<void> {
  await page.route('**/processes', async (route: Route) => {
    const real = (await (await route.fetch()).json()) as { processes: { id: string }[] };
    const processes = [...real.processes.filter(({ id }) => !(id in answers)), ...extra];
    await route.fulfill({ json: { processes } });
  });
  for (const one of extra) {
    await page.route(`**/processes/${one.id}`, (route) => route.fulfill({ json: { ...one, inputs } }));
    await page.route(`**/collections/*/${one.id}*`, (route) =>
      route.fulfill({ json: route.request().url().includes('estimate=true') ? { estimate: { seconds: 0.2, is_allowed: true } } : answers[one.id] }),
    );
  }
}
