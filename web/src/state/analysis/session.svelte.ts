/** The analyses of this visit: what can be asked, the form that stands open, and the last three runs. */
import * as api from '../../api/processes';
import type { Estimate, Inputs, ProcessDescription, ProcessSummary } from '../../api/processes';
import type { LayerId } from '../../api/types';
import { data } from '../data.svelte';
import { store } from '../store.svelte';
import { fieldsOf, faultOf, inputsOf } from './form';
import { filterOf, pointsOf } from './points';
import { parseQuestion, printQuestion, type Question } from './question';
import { patience_s, Run } from './run.svelte';

const kept = 3;
/** What the map takes instead of a default: outlines that stand off from the marks. */
const preferred: Readonly<Record<string, Inputs>> = { clusters: { hull: 'buffer' } };

class Session {
  catalog = $state.raw<readonly ProcessSummary[] | null>(null);
  failed = $state.raw('');
  process = $state.raw<ProcessDescription | null>(null);
  layer = $state.raw<LayerId>('bases');
  values = $state.raw<Inputs>({});
  /** Whether only what the page's filters show is asked about. */
  filtered = $state(true);
  estimate = $state.raw<Estimate | null>(null);
  /** What the service says against the form as it stands. */
  refused = $state.raw('');
  runs = $state.raw<readonly Run[]>([]);
  active = $state.raw<Run | null>(null);
  /** Whether a question of the address is being taken up. */
  following = $state(false);
  /** Whether the form stands open, and not a run. */
  asking = $state(true);

  readonly fields = $derived(this.process === null ? [] : fieldsOf(this.process, store.lang));
  readonly filter = $derived(this.filtered ? filterOf(this.layer, store.view) : '');
  readonly sound = $derived(this.fields.every((field) => faultOf(field, this.values[field.name] ?? field.initial) === null));
  readonly question = $derived<Question | null>(
    this.process === null ? null : { process: this.process.id, layer: this.layer, inputs: { ...inputsOf(this.fields, this.values), ...(this.filter === '' ? {} : { filter: this.filter }) } },
  );

  #described = new Map<string, ProcessDescription>();
  #next = 1;
  #estimating: AbortController | null = null;
  #follows = '';

  async load(): Promise<void> {
    if (this.catalog !== null) return;
    try {
      this.failed = '';
      this.catalog = await api.processes();
    } catch (error) {
      this.failed = error instanceof Error ? error.message : String(error);
    }
  }

  async choose(id: string, values: Inputs = preferred[id] ?? {}): Promise<void> {
    try {
      const known = this.#described.get(id) ?? (await api.process(id));
      this.#described.set(id, known);
      [this.process, this.values, this.estimate, this.refused] = [known, values, null, ''];
    } catch (error) {
      this.failed = error instanceof Error ? error.message : String(error);
    }
  }

  set(name: string, value: string): void {
    this.values = { ...this.values, [name]: value };
  }

  /** The sites of a layer as the question takes them. */
  count(layer: LayerId): number {
    return (this.filtered ? store[layer] : (data.sites[layer] ?? [])).filter(({ position }) => position !== null).length;
  }

  #points(layer: LayerId) {
    return pointsOf(layer, this.filtered ? store.mine : (data.sites.mine ?? []));
  }

  /** Asks what the form as it stands would cost. A newer question makes an older answer void. */
  async foresee(): Promise<void> {
    const { question, sound } = this;
    this.#estimating?.abort();
    this.estimate = null;
    if (question === null || !sound) return;
    const abort = new AbortController();
    this.#estimating = abort;
    try {
      const estimate = await api.estimate(question.process, this.#points(question.layer), { ...question.inputs, lang: store.lang }, abort.signal);
      if (!abort.signal.aborted) [this.estimate, this.refused] = [estimate, ''];
    } catch (error) {
      if (!abort.signal.aborted) this.refused = error instanceof Error ? error.message : String(error);
    }
  }

  /** Runs what the form asks; an earlier run stays beside it, up to three. */
  start(question = this.question, how: 'push' | 'replace' = 'push', isLong = (this.estimate?.seconds ?? 0) > patience_s): void {
    if (question === null) return;
    const summary = this.catalog?.find(({ id }) => id === question.process);
    const title = { en: summary?.title ?? question.process, zh: summary?.titleZh ?? question.process };
    const run = new Run(this.#next++, question, title);
    const dropped = this.runs.slice(0, Math.max(0, this.runs.length - kept + 1));
    for (const old of dropped) if (old.status === 'running') old.cancel();
    this.runs = [...this.runs.slice(dropped.length), run];
    this.show(run, how);
    void run.go(this.#points(question.layer), store.lang, isLong);
  }

  show(run: Run | null, how: 'push' | 'replace' = 'push'): void {
    this.active = run;
    this.asking = run === null;
    this.#follows = run === null ? '' : printQuestion(run.question);
    store.change({ analysis: this.#follows || null }, how);
  }

  /** Puts the form back to what a run asked. */
  async edit(run: Run): Promise<void> {
    const { filter, ...inputs } = run.question.inputs;
    [this.layer, this.filtered] = [run.question.layer, filter !== undefined];
    await this.choose(run.question.process, inputs);
    this.asking = true;
  }

  /** Follows the address: back and forward, and links that were opened. */
  async follow(text: string | null): Promise<void> {
    if ((text ?? '') === this.#follows) return;
    this.#follows = text ?? '';
    const run = this.runs.find(({ question }) => printQuestion(question) === text);
    if (text === null || run) return this.show(run ?? null, 'replace');
    const question = parseQuestion(text);
    if (question === null || (question.layer === 'mine' && data.sites.mine === null)) {
      store.change({ analysis: null }, 'replace');
      this.#follows = '';
      return;
    }
    const { filter, ...inputs } = question.inputs;
    [this.layer, this.filtered] = [question.layer, filter !== undefined];
    this.following = true;
    try {
      await this.load();
      await this.choose(question.process, inputs);
      if (this.process?.id !== question.process) return;
      await this.foresee();
      this.start(question, 'replace');
    } finally {
      this.following = false;
    }
  }

  /** Answers speak one language; when the page changes its own, what took no time is asked again. */
  speak(): void {
    for (const run of this.runs) {
      if (run.status === 'done' && !run.isLong && run.lang !== store.lang && run.question.layer !== 'mine') {
        void run.go(this.#points(run.question.layer), store.lang, false);
      }
    }
  }

  clear(): void {
    for (const run of this.runs) if (run.status === 'running') run.cancel();
    [this.runs, this.active, this.asking, this.#follows] = [[], null, true, ''];
    store.change({ analysis: null });
  }
}

export const session = new Session();
