/**
 * What the flow keeps until the browser session ends, so that a reload goes on where it stopped. Answers are kept
 * batch by batch and the file once: only the small state is written at each decision.
 */
import type { Datum, Warning } from '../../api/geocode';
import { sessionKey } from '../mine.svelte';
import type { Answer } from './answers';
import type { Log } from './decisions';
import type { Roles } from './roles';
import type { Source } from './source';

export const stages = ['take', 'read', 'locate', 'fix', 'save'] as const;

export type Stage = (typeof stages)[number];

export interface Progress {
  stage: Stage;
  open: boolean;
  header: boolean;
  roles: Roles;
  mended: boolean;
  datum: Datum;
  who: string;
  paused: boolean;
  current: number;
  log: Log;
  warnings: readonly Warning[];
}

const part = (name: string | number) => `${sessionKey}.${name}`;

/** Whether everything could be kept. A list too large for the browser lasts until the page is closed. */
function put(key: string, value: unknown): boolean {
  try {
    sessionStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

function get<T>(key: string): T | null {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

export function keepSource(source: Source): boolean {
  return put(part('source'), source);
}

/** The parts of an answer in a fixed order: without their names twice as many fit. */
const parts = [
  'status', 'confidence', 'position', 'precision', 'uncertainty_km', 'name', 'name_zh', 'adcode', 'chain', 'chain_zh',
  'reason', 'reason_zh', 'candidates',
] as const satisfies readonly (keyof Answer)[];

export function keepBatch(index: number, answers: readonly Answer[]): boolean {
  return put(part(index), answers.map((answer) => parts.map((name) => answer[name])));
}

function answerOfParts(values: readonly unknown[]): Answer {
  return Object.fromEntries(parts.map((name, i) => [name, values[i]])) as unknown as Answer;
}

export function keepProgress(progress: Progress): boolean {
  const log = { ...progress.log, decisions: [...progress.log.decisions] };
  return put(sessionKey, { ...progress, log });
}

export function forget(): void {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key === sessionKey || key.startsWith(`${sessionKey}.`)) sessionStorage.removeItem(key);
    }
  } catch {
    // Nothing was kept where nothing may be.
  }
}

export function forgetAnswers(): void {
  for (let i = 0; get(part(i)) !== null; i++) sessionStorage.removeItem(part(i));
}

export function kept(): { source: Source; progress: Progress; answers: Answer[] } | null {
  const source = get<Source>(part('source'));
  const progress = get<Omit<Progress, 'log'> & { log: Omit<Log, 'decisions'> & { decisions: [number, never][] } }>(sessionKey);
  if (source === null || progress === null) return null;
  const answers: Answer[] = [];
  for (let i = 0; ; i++) {
    const batch = get<unknown[][]>(part(i));
    if (batch === null) break;
    answers.push(...batch.map(answerOfParts));
  }
  return { source, answers, progress: { ...progress, log: { ...progress.log, decisions: new Map(progress.log.decisions) } } };
}
