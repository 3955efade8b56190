/** The question which related industries stand near one base. A newer question makes an older answer void. */
import * as api from '../../api/processes';
import type { Lang } from '../view';
import type { Answer } from './answer';
import { firstThreshold, indexOf, relationsOf, type Threshold } from './related';

/** How many partners are asked for: enough for the widest look, few enough for a list. */
const k = 100;

export class RelatedQuery {
  status = $state.raw<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  answer = $state.raw<Answer | null>(null);
  threshold = $state.raw<Threshold>(firstThreshold);
  detail = $state.raw('');

  #from = $state.raw('');
  readonly relations = $derived(this.answer === null ? [] : relationsOf(this.answer).filter(({ from }) => from === this.#from));
  readonly index = $derived(this.answer === null ? [] : indexOf(this.answer));
  #abort: AbortController | null = null;

  ask(id: string, among: string, lang: Lang): void {
    this.#abort?.abort();
    this.#abort = new AbortController();
    void this.#load(id, among, lang, this.#abort.signal);
  }

  async #load(id: string, among: string, lang: Lang, signal: AbortSignal): Promise<void> {
    this.status = 'loading';
    try {
      const { inputs } = await api.process('related');
      const wished: Readonly<Record<string, string>> = { id, among, k: String(k), min_relatedness: '0.01', lang };
      // What this service does not know is left out.
      const known = Object.fromEntries(Object.entries(wished).filter(([name]) => name in inputs));
      const answer = await api.answer<Answer>('related', { collection: 'bases' }, known, signal);
      if (signal.aborted) return;
      [this.answer, this.#from] = [answer, id];
      this.status = 'ready';
    } catch (error) {
      if (signal.aborted) return;
      this.detail = error instanceof Error ? error.message : String(error);
      this.status = 'failed';
    }
  }
}
