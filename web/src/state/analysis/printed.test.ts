import { expect, it } from 'vitest';
import type { Answer } from './answer';
import { printedOf } from './printed';

const answer = {
  method: { name: 'clusters', parameters: { eps_km: { value: 77.2, from: 'chosen', reason: '' } } },
  features: [{ type: 'Feature', geometry: null, properties: { kind: 'cluster', cluster: 1, n: 2, members: ['base-03', 'base-05'] } }],
  as_printed: { moved: [{ id: 'base-03', printed_place: 'Changsha', moved_km: 843.2 }], eps_km: 216.1, clusters: 1, groups: [['base-03', 'base-07', 'base-08']] },
} as unknown as Answer;

it('puts the groups of the list as printed beside those of the corrected one', () => {
  expect(printedOf(answer)).toEqual({
    moved: [{ id: 'base-03', place: 'Changsha', moved_km: 843.2 }],
    printed: { eps_km: 216.1, groups: [['base-03', 'base-07', 'base-08']] },
    corrected: { eps_km: 77.2, groups: [['base-03', 'base-05']] },
  });
});

it('has nothing to say where no name is misprinted', () => {
  expect(printedOf({ ...answer, as_printed: null })).toBeNull();
  expect(printedOf({ ...answer, as_printed: { moved: [], groups: [] } })).toBeNull();
});
