import { describe, expect, it } from 'vitest';
import type { ProcessDescription } from '../../api/processes';
import { faultOf, fieldsOf, halves, inputsOf, parted, type Field } from './form';

const description: ProcessDescription = {
  id: 'clusters', title: '', titleZh: '', description: '', descriptionZh: '',
  inputs: {
    collection: { title: 'collection', schema: { type: 'string' } },
    bbox: { title: 'bbox', schema: { type: 'array' } },
    method: { title: 'method', description: 'How groups are found: at one radius', descriptionZh: '聚类方法：固定半径', schema: { type: 'string', enum: ['dbscan', 'optics'], default: 'dbscan' } },
    eps_km: { title: 'eps_km', description: 'The radius in km; not for hdbscan', descriptionZh: '半径', schema: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 20038 } },
    min_points: { title: 'min_points', description: 'Points', descriptionZh: '点数', schema: { type: 'integer', minimum: 1, maximum: 100 } },
    seed: { title: 'seed', schema: { type: 'integer', minimum: 0, maximum: 9, default: 1 } },
    corrections: { title: 'corrections', schema: { type: 'string', format: 'csv' } },
    deep: { title: 'deep', schema: { type: 'boolean', default: false } },
    lang: { title: 'lang', schema: { type: 'string', enum: ['en', 'zh'] } },
  },
};
const fields = fieldsOf(description, 'en');
const field = (name: string) => fields.find((one) => one.name === name) as Field;

describe('the form of a process', () => {
  it('has a field for each parameter that the page does not fill in itself, in their order', () => {
    expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
      ['method', 'choice'], ['eps_km', 'number'], ['min_points', 'integer'], ['seed', 'integer'], ['corrections', 'table'], ['deep', 'switch'],
    ]);
  });

  it('speaks both languages', () => {
    expect(field('method').label).toBe('How groups are found');
    expect(fieldsOf(description, 'zh')[0]?.label).toBe('聚类方法');
    expect(field('seed').label).toBe('seed');
  });

  it('refuses what lies outside the bounds, and takes what lies on them', () => {
    const faults = (name: string, texts: readonly string[]) => texts.map((text) => faultOf(field(name), text));
    expect(faults('eps_km', ['', '0.1', '20038', '0', '-1', '20039', 'near', '1e400'])).toEqual([null, null, null, 'low', 'low', 'high', 'number', 'number']);
    expect(faults('min_points', ['1', '100', '0', '101', '2.5', '1e1'])).toEqual([null, null, 'low', 'high', 'integer', 'integer']);
    expect(faults('method', ['dbscan', ''])).toEqual([null, 'empty']);
  });

  it('sends only what differs from the defaults', () => {
    expect(inputsOf(fields, { method: 'dbscan', eps_km: ' 100 ', seed: '2', deep: 'false' })).toEqual({ eps_km: '100', seed: '2' });
  });

  it('folds away what is neither first nor set', () => {
    expect(halves(fields, { deep: 'true' }, 2).map((half) => half.map(({ name }) => name))).toEqual([['method', 'eps_km', 'deep'], ['min_points', 'seed', 'corrections']]);
  });
});

it('parts a description after its first clause, but not within a number', () => {
  expect(parted('The radius in km; not for hdbscan. Unless given: the elbow')).toEqual(['The radius in km', 'Not for hdbscan. Unless given: the elbow']);
  expect(parted('At 0.5 % of the points')).toEqual(['At 0.5 % of the points', '']);
  expect(parted('邻域半径（千米）；不用于 hdbscan')).toEqual(['邻域半径（千米）', '不用于 hdbscan']);
  expect(parted('检验次数：默认 999')).toEqual(['检验次数', '默认 999']);
});
