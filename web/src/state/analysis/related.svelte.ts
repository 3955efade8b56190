/** The question which related industries stand near one base. A newer question makes an older answer void. */
import * as api from '../../api/processes';
import type { Lang } from '../view';
import type { Answer } from './answer';
import { firstThreshold, indexOf, leastOf, relationsOf, type Threshold } from './related';

/** How many sites of each related industry are asked for: enough to count them. */
const k = 50;

export class RelatedQuery {
  status = $state.raw<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  answer = $state.raw<Answer | null>(null);
  threshold = $state.raw<Threshold>(firstThreshold);
  detail = $state.raw('');

  #from = $state.raw('');
  readonly relations = $derived(this.answer === null ? [] : relationsOf(this.answer).filter(({ from }) => from === this.#from));
  readonly index = $derived(this.answer === null ? [] : indexOf(this.answer));
  #abort: AbortController | null = null;

  ask(id: string, among: string, within_km: number, lang: Lang): void {
    this.#abort?.abort();
    this.#abort = new AbortController();
    void this.#load({ id, among, within_km: String(within_km), k: String(k), lang }, this.#abort.signal);
  }

  async #load(wished: api.Inputs, signal: AbortSignal): Promise<void> {
    this.status = 'loading';
    try {
      const { inputs } = await api.process('related');
      // What this service does not know is left out.
      const known = Object.fromEntries(Object.entries(wished).filter(([name]) => name in inputs));
      const answer = await api.answer<Answer>('related', { collection: 'bases' }, known, signal);
      if (signal.aborted) return;
      [this.answer, this.#from] = [answer, wished.id ?? ''];
      this.threshold = { ...this.threshold, least: Math.max(this.threshold.least, leastOf(answer)) };
      this.status = 'ready';
    } catch (error) {
      if (signal.aborted) return;
      this.detail = error instanceof Error ? error.message : String(error);
      this.status = 'failed';
    }
  }
}
