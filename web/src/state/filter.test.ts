import { expect, it } from 'vitest';
import { isShown, toggled } from './filter';
import { site } from './fixtures';

const all = { industries: [], province: null, hubs: 'all' } as const;

it('hides hubs by level and never bases', () => {
  const hub = site('hubs', { id: 'pic-001', designation_level: 'provincial' });
  expect(isShown(hub, all)).toBe(true);
  expect(isShown(hub, { ...all, hubs: 'national' })).toBe(false);
  expect(isShown(site('bases', { id: 'base-01' }), { ...all, hubs: 'none' })).toBe(true);
});

it('keeps sites of the named groups and province', () => {
  const base = site('bases', { id: 'base-03', industry_group: 'vehicles', adcode: '320581' });
  expect(isShown(base, { ...all, industries: ['vehicles'], province: '32' })).toBe(true);
  expect(isShown(base, { ...all, industries: ['software'] })).toBe(false);
  expect(isShown(base, { ...all, province: '43' })).toBe(false);
});

it('hides one group and shows it again', () => {
  const groups = ['a', 'b', 'c'];
  expect(toggled([], 'b', groups)).toEqual(['a', 'c']);
  expect(toggled(['a', 'c'], 'b', groups)).toEqual([]);
});

it('never hides the last group', () => {
  expect(toggled(['a'], 'a', ['a', 'b'])).toEqual(['a']);
});
