/** One run of a process: waited for when it is short, a job with progress when it is long. It can be called off. */
import * as api from '../../api/processes';
import type { Points } from '../../api/processes';
import type { Lang } from '../view';
import type { Answer } from './answer';
import type { Question } from './question';

/** Estimated seconds from which a run is a job. */
export const patience_s = 2;
const look_ms = 400;

export class Run {
  readonly id: number;
  readonly question: Question;
  /** The process, in the languages of the page. */
  readonly title: Readonly<Record<Lang, string>>;
  status = $state.raw<'running' | 'done' | 'failed' | 'off'>('running');
  /** Percent; null while nothing is known. */
  progress = $state.raw<number | null>(null);
  started_ms = $state.raw(0);
  answer = $state.raw<Answer | null>(null);
  detail = $state.raw('');
  /** The language of the answer's sentences. */
  lang = $state.raw<Lang>('en');
  /** The day it was asked, as dates are written in files. */
  day = $state.raw('');
  #abort = new AbortController();
  /** Whether it was a job. */
  isLong = false;
  #job: string | null = null;

  constructor(id: number, question: Question, title: Readonly<Record<Lang, string>>) {
    this.id = id;
    this.question = question;
    this.title = title;
  }

  /** The address that gives the same answer; none for points that only this browser knows. */
  get address(): string | null {
    const { process, layer, inputs } = this.question;
    return layer === 'mine' ? null : api.addressOf(process, layer, inputs);
  }

  async go(points: Points, lang: Lang, isLong: boolean): Promise<void> {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    const inputs = { ...this.question.inputs, lang };
    this.isLong = isLong;
    this.status = 'running';
    this.started_ms = performance.now();
    try {
      const answer = isLong
        ? await this.#wait(points, inputs, signal)
        : await api.answer<Answer>(this.question.process, points, inputs, signal);
      if (signal.aborted) return;
      [this.answer, this.lang, this.day] = [answer, lang, new Date().toISOString().slice(0, 10)];
      this.status = 'done';
    } catch (error) {
      if (signal.aborted) return;
      this.detail = error instanceof Error ? error.message : String(error);
      this.status = this.answer === null ? 'failed' : 'done';
    } finally {
      this.#job = null;
    }
  }

  async #wait(points: Points, inputs: api.Inputs, signal: AbortSignal): Promise<Answer> {
    let job = await api.start(this.question.process, points, inputs);
    this.#job = job.jobID;
    if (signal.aborted) void api.dismiss(job.jobID).catch(() => undefined);
    while (job.status === 'accepted' || job.status === 'running') {
      await new Promise((resolve) => setTimeout(resolve, look_ms));
      signal.throwIfAborted();
      job = await api.job(job.jobID, signal);
      this.progress = job.progress;
    }
    if (job.status !== 'successful') throw new Error(job.message);
    return api.results<Answer>(job.jobID, signal);
  }

  cancel(): void {
    this.#abort.abort();
    this.status = 'off';
    if (this.#job !== null) void api.dismiss(this.#job).catch(() => undefined);
  }
}
