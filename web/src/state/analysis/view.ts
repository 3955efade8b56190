/** Which way an answer is shown, by what it holds. */
import type { Answer } from './answer';
import { curveOf } from './curve';

export type AnswerView = 'clusters' | 'hotspots' | 'curves' | 'regions' | 'density' | 'related' | 'rows';

const named: Readonly<Record<string, AnswerView>> = {
  clusters: 'clusters', hotspots: 'hotspots', regions: 'regions', density: 'density', related: 'related',
};

export function viewOf(answer: Answer): AnswerView {
  const own = named[answer.method.name];
  if (own !== undefined && answer.features !== undefined) return own;
  return curveOf(answer) ? 'curves' : 'rows';
}
