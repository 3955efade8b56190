/** What the tests of the upload share: a list, a service that answers from a small gazetteer, the steps to the review. */
import { readFileSync } from 'node:fs';
import type { Download, Page, Route } from '@playwright/test';
import { expect } from './page';

export interface Asked {
  rows: { query: string; within: string | null; lon: number | null; lat: number | null }[];
}

const candidate = (name: string, name_zh: string, province: string, province_zh: string, adcode: string, lon: number, lat: number) => ({
  name, name_zh, adcode, level: 'county', lon, lat, precision: 'county_seat', uncertainty_km: 8, score: 0.9, confidence: 'medium',
  chain: [province, name], chain_zh: [province_zh, name_zh], reason: 'one of several places of this name',
});
const chaoyang = [
  candidate('Chaoyang', '朝阳区', 'Beijing', '北京市', '110105', 116.44, 39.92),
  candidate('Chaoyang', '朝阳区', 'Jilin', '吉林省', '220104', 125.29, 43.83),
];

/** Answers as the service does, from a gazetteer of two names. */
export async function answer(route: Route, warnings: object[] = []): Promise<void> {
  const { rows } = route.request().postDataJSON() as Asked;
  const features = rows.map(({ query, lon, lat }, row) => {
    const given = lon !== null && lat !== null;
    const found = query === '常熟市';
    const several = query === '朝阳区';
    const changshu = candidate('Changshu', '常熟市', 'Jiangsu', '江苏省', '320581', 120.75, 31.65);
    const known = found ? { ...changshu, confidence: 'high' } : null;
    return {
      type: 'Feature',
      geometry: given ? { type: 'Point', coordinates: [lon, lat] } : known ? { type: 'Point', coordinates: [known.lon, known.lat] } : null,
      properties: {
        row, query, match_status: given ? 'given' : found ? 'matched' : several ? 'ambiguous' : 'no_match',
        confidence: given || found ? 'high' : several ? 'low' : null,
        precision: given ? 'given' : (known?.precision ?? null), uncertainty_km: known?.uncertainty_km ?? null,
        name: known?.name ?? null, name_zh: known?.name_zh ?? null, adcode: known?.adcode ?? null, level: null,
        chain: known?.chain ?? [], chain_zh: known?.chain_zh ?? [], reason: null, normalized: query, stripped: [],
        candidates: several ? chaoyang : [],
      },
    };
  });
  await route.fulfill({ contentType: 'application/geo+json', body: JSON.stringify({ type: 'FeatureCollection', features, warnings }) });
}

export const csv = `名称,所在地,经度,纬度,行业
甲基地,常熟市,,,汽车
乙基地,朝阳区,,,软件
坏行,,121.5,391.2,软件
丙基地,朝阳区,,,软件
丁基地,无此地名,,,
戊基地,,104.06,30.67,
`;

export async function bring(page: Page, name: string, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Upload a list of your own' }).click();
  await page.locator('#upload input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
}

export async function toReview(page: Page): Promise<void> {
  await bring(page, 'bases.csv', csv);
  await page.getByRole('button', { name: 'Locate 5 rows' }).click();
  await page.getByRole('button', { name: 'Settle 3 doubtful rows' }).click();
  await expect(page.locator('#upload')).toContainText('1 of 3 · 3 still open');
}

export async function textOf(download: Promise<Download>): Promise<string> {
  return readFileSync(await (await download).path(), 'utf8');
}
