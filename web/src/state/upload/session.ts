/**
 * What the flow keeps in this browser, so that a reload goes on where it stopped: until the tab is closed, or, where
 * the user asks for it, until the list is taken off. Answers are kept batch by batch and the file once: only the
 * small state is written at each decision.
 */
import type { Datum, Warning } from '../../api/geocode';
import { sessionKey } from '../mine.svelte';
import type { Answer } from './answers';
import type { Log } from './decisions';
import type { Mends } from './position';
import type { Roles } from './roles';
import type { Source } from './source';

export const stages = ['take', 'read', 'locate', 'fix', 'save'] as const;

export type Stage = (typeof stages)[number];

export interface Progress {
  stage: Stage;
  open: boolean;
  header: boolean;
  roles: Roles;
  mends: Mends;
  datum: Datum;
  who: string;
  paused: boolean;
  current: number;
  log: Log;
  warnings: readonly Warning[];
}

/** Whether the list outlasts the tab. */
let lasting = false;

export function isLasting(): boolean {
  return lasting;
}

const shelf = () => (lasting ? localStorage : sessionStorage);

const part = (name: string | number) => `${sessionKey}.${name}`;

/** Whether everything could be kept. A list too large for the browser lasts until the page is closed. */
function put(key: string, value: unknown): boolean {
  try {
    shelf().setItem(key, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

function get<T>(key: string): T | null {
  try {
    const text = shelf().getItem(key);
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

const keysOf = (storage: Storage) => Object.keys(storage).filter((key) => key === sessionKey || key.startsWith(`${sessionKey}.`));

/** Moves the list to where it lasts, or back to where it ends with the tab; false where there is no room. */
export function keepLasting(lasts: boolean): boolean {
  const [from, to] = lasts ? [sessionStorage, localStorage] : [localStorage, sessionStorage];
  empty(to);
  try {
    for (const key of keysOf(from)) to.setItem(key, from.getItem(key) ?? '');
  } catch {
    empty(to);
    return false;
  }
  empty(from);
  lasting = lasts;
  return true;
}

function empty(storage: Storage): void {
  for (const key of keysOf(storage)) storage.removeItem(key);
}

export function forget(): void {
  try {
    empty(shelf());
  } catch {
    // Nothing was kept where nothing may be.
  }
  lasting = false;
}

export function forgetAnswers(): void {
  for (let i = 0; get(part(i)) !== null; i++) shelf().removeItem(part(i));
}

/** The list of this tab, else the one that lasts. */
export function kept(): { source: Source; progress: Progress; answers: Answer[] } | null {
  lasting = get(sessionKey) === null;
  const source = get<Source>(part('source'));
  const progress = get<Omit<Progress, 'log'> & { log: Omit<Log, 'decisions'> & { decisions: [number, never][] } }>(sessionKey);
  if (source === null || progress === null) {
    lasting = false;
    return null;
  }
  const answers: Answer[] = [];
  for (let i = 0; ; i++) {
    const batch = get<unknown[][]>(part(i));
    if (batch === null) break;
    answers.push(...batch.map(answerOfParts));
  }
  return { source, answers, progress: { ...progress, log: { ...progress.log, decisions: new Map(progress.log.decisions) } } };
}
