import { beforeEach, expect, it, vi } from 'vitest';
import type { Answer } from './answers';
import { decide, emptyLog, placed } from './decisions';
import type { Progress } from './session';

class Shelf {
  [key: string]: unknown;
}

/** A session storage of so many characters. */
function storage(room: number): Storage {
  const shelf = new Shelf();
  const methods = {
    getItem: (key: string) => (typeof shelf[key] === 'string' ? shelf[key] : null),
    setItem: (key: string, value: string) => {
      if (value.length > room) throw new DOMException('full', 'QuotaExceededError');
      shelf[key] = value;
    },
    removeItem: (key: string) => delete shelf[key],
  };
  for (const [name, method] of Object.entries(methods)) Object.defineProperty(shelf, name, { value: method, enumerable: false });
  return shelf as unknown as Storage;
}

const source = { name: 'a.csv', sheet: null, encoding: 'UTF-8', delimiter: ',' as const, unit: 'line' as const, lines: [{ line: 1, cells: ['甲'] }], faults: [] };
const answer: Answer = {
  status: 'ambiguous', confidence: 'low', position: { lon: 1, lat: 2 }, precision: 'place', uncertainty_km: 3, name: 'A', name_zh: '甲',
  adcode: '110105', chain: ['B'], chain_zh: ['乙'], reason: 'why', reason_zh: '缘由', candidates: [],
};
const progress: Progress = {
  stage: 'fix', open: true, header: true, roles: ['name'], mends: { decimals: true, swaps: false }, datum: 'gcj02', who: 'A', paused: false, current: 0, warnings: [],
  log: decide(emptyLog, [0], placed({ lon: 5, lat: 6 })),
};

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal('localStorage', storage(10_000));
});

it('gives back what it kept, until it is told to forget', async () => {
  vi.stubGlobal('sessionStorage', storage(10_000));
  const session = await import('./session');
  expect(session.kept()).toBeNull();
  expect([session.keepSource(source), session.keepBatch(0, [answer]), session.keepBatch(1, [answer]), session.keepProgress(progress)]).toEqual([true, true, true, true]);
  expect(session.kept()).toEqual({ source, answers: [answer, answer], progress });
  session.forgetAnswers();
  expect(session.kept()?.answers).toEqual([]);
  session.forget();
  expect(session.kept()).toBeNull();
  expect(Object.keys(sessionStorage)).toEqual([]);
});

it('outlasts the tab when asked, and no longer when asked again', async () => {
  vi.stubGlobal('sessionStorage', storage(10_000));
  let session = await import('./session');
  [session.keepSource(source), session.keepBatch(0, [answer]), session.keepProgress(progress)].forEach((done) => expect(done).toBe(true));
  expect([session.keepLasting(true), session.isLasting(), Object.keys(sessionStorage)]).toEqual([true, true, []]);
  vi.resetModules(); // another tab
  session = await import('./session');
  expect(session.kept()).toEqual({ source, answers: [answer], progress });
  expect(session.isLasting()).toBe(true);
  expect([session.keepLasting(false), session.isLasting(), Object.keys(localStorage)]).toEqual([true, false, []]);
  expect(session.kept()?.answers).toEqual([answer]);
});

it('stays where it is when there is no room to last', async () => {
  vi.stubGlobal('sessionStorage', storage(10_000));
  vi.stubGlobal('localStorage', storage(20));
  const session = await import('./session');
  session.keepSource(source);
  session.keepProgress(progress);
  expect([session.keepLasting(true), session.isLasting(), Object.keys(localStorage)]).toEqual([false, false, []]);
  expect(session.kept()).toEqual({ source, answers: [], progress });
});

it('says so when there is no room', async () => {
  vi.stubGlobal('sessionStorage', storage(20));
  const session = await import('./session');
  expect(session.keepSource(source)).toBe(false);
  expect(session.kept()).toBeNull();
});
