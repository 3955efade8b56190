/** The flow of the user's own list: take, read, locate, fix, save. Panels call it; nothing of it leaves the browser but the questions. */
import { geocode, type Datum, type Warning } from '../../api/geocode';
import { data } from '../data.svelte';
import { mine } from '../mine.svelte';
import { store } from '../store.svelte';
import type { LonLat } from '../view';
import { answerOf, countKinds, kindOf, type Answer } from './answers';
import { decode } from './decode';
import { choice, decide, emptyLog, placed, redo, rowOfStep, undo, type Decision, type Log } from './decisions';
import { industriesOf, locatedRows, siteOfRow } from './located';
import { readPins, recognized, rowsOfPins } from './pins';
import { grouped } from './group';
import { noMends, type Mends } from './position';
import { guessRoles, swapped, type Role, type Roles, withRole } from './roles';
import { bodyOf, columnsOf, keyOf, prepare, type Row } from './rows';
import { forget, forgetAnswers, isLasting, keepBatch, keepLasting, keepProgress, keepSource, kept, type Stage } from './session';
import { hasHeader, type Source } from './source';
import { mostRows, taken, type Refusal } from './take';
import { u } from './words';

/** How many rows are asked for at once: few enough that the progress is seen and a pause comes soon. */
export const batchSize = 1000;

class UploadList {
  stage = $state<Stage>('take');
  source = $state.raw<Source | null>(null);
  /** What the file offers to choose from; after a reload only the one in use is left. */
  sheets = $state.raw<readonly Source[]>([]);
  reading = $state(false);
  header = $state(true);
  roles = $state.raw<Roles>([]);
  mends = $state.raw<Mends>(noMends);
  datum = $state<Datum>('wgs84');
  answers = $state.raw<readonly Answer[]>([]);
  warnings = $state.raw<readonly Warning[]>([]);
  log = $state.raw<Log>(emptyLog);
  /** Who signs the pins file; nobody has to. */
  who = $state('');
  /** The row under review. */
  current = $state(0);
  running = $state(false);
  paused = $state(false);
  failure = $state.raw<string | null>(null);
  refusal = $state.raw<{ why: Refusal; name: string; rows: number } | null>(null);
  /** Whether the browser could keep the list at all, and whether it keeps it when the tab is closed. */
  safe = $state(true);
  lasting = $state(false);

  readonly prepared = $derived(
    this.source === null
      ? { columns: [], rows: [], faults: [], pairs: 0, swapped: 0, rewritten: [] }
      : prepare(this.source, this.header, this.roles, this.mends),
  );
  readonly preview = $derived(this.source === null ? [] : bodyOf(this.source, this.header).slice(0, 20));
  readonly counts = $derived(countKinds(this.answers));
  /** The rows a person should look at, in the order of the file. */
  readonly review = $derived(this.answers.flatMap((answer, i) => (kindOf(answer) === 'found' ? [] : [i])));
  readonly open = $derived(this.review.filter((row) => !this.log.decisions.has(row)));
  readonly located = $derived(locatedRows(this.prepared.rows, this.answers, this.log.decisions));
  readonly done = $derived(this.answers.length > 0 && this.answers.length >= this.prepared.rows.length);
  readonly #same = $derived.by(() => {
    const { rows } = this.prepared;
    return grouped(this.review, (row) => (rows[row] ? keyOf(rows[row]) : null));
  });

  #drawing: ReturnType<typeof setTimeout> | undefined;
  /** Decisions about rows that are read anew, each under what its row asked. */
  #carried: ReadonlyMap<string, Decision> = new Map();
  #abort: AbortController | null = null;

  async take(what: File | string): Promise<void> {
    const name = typeof what === 'string' ? '' : what.name;
    [this.refusal, this.reading] = [null, true];
    const found = await taken(what);
    this.reading = false;
    if ('refused' in found) return this.#refuse(found.refused, name);
    const [first] = found.sources;
    if (first === undefined || !this.#fits(first) || !this.mayEnd()) return;
    this.clear();
    this.sheets = found.sources;
    return this.use(0);
  }

  /** Whether the list may go; a person is asked where that would lose decisions. */
  mayEnd(): boolean {
    return this.log.decisions.size === 0 || confirm(u('save.sure', { n: this.log.decisions.size }));
  }

  #fits({ lines, sheet, name }: Source): boolean {
    const fits = lines.length <= mostRows + 1;
    if (!fits) this.#refuse('many', sheet ?? name, lines.length - 1);
    return fits;
  }

  /** Reads one of the sheets that were taken; the first, until another is chosen. */
  use(index: number): void {
    const source = this.sheets[index];
    if (source === undefined || !this.#fits(source)) return;
    this.#reread();
    [this.source, this.#carried] = [source, new Map()];
    this.setHeader(hasHeader(source));
    this.stage = 'read';
    this.safe = keepSource(source);
    this.keep();
  }

  #refuse(why: Refusal, name: string, rows = 0): void {
    this.refusal = { why, name, rows };
    this.go('take');
  }

  setHeader(header: boolean): void {
    if (this.source === null) return;
    this.#reread();
    this.header = header;
    this.roles = guessRoles(columnsOf(this.source, header), bodyOf(this.source, header).slice(0, 50).map(({ cells }) => cells));
    this.keep();
  }

  setRole(column: number, role: Role | null): void {
    this.#reread();
    this.roles = withRole(this.roles, column, role);
    this.keep();
  }

  swap(): void {
    this.#reread();
    this.roles = swapped(this.roles);
    this.keep();
  }

  mend(mends: Partial<Mends>): void {
    this.#reread();
    this.mends = { ...this.mends, ...mends };
    this.keep();
  }

  setDatum(datum: Datum): void {
    this.#reread();
    this.datum = datum;
    this.keep();
  }

  /** Rows that are read otherwise have to be asked for again; what was decided stays with those that ask the same. */
  #reread(): void {
    this.#stop();
    if (this.answers.length === 0) return;
    const { rows } = this.prepared;
    const decided = [...this.log.decisions].flatMap(([i, decision]) => (rows[i] ? [[carriedKey(rows[i]), decision] as const] : []));
    this.#carried = new Map([...this.#carried, ...decided]);
    forgetAnswers();
    this.#leaveMap();
    [this.answers, this.warnings, this.log, this.current] = [[], [], emptyLog, 0];
  }

  go(stage: Stage): void {
    this.stage = stage;
    mine.placing = null;
    if (stage !== 'fix') mine.choices = [];
    this.keep();
  }

  /** Asks about all rows, from the first. */
  start(): void {
    this.#reread();
    this.stage = 'locate';
    mine.placing = null;
    void this.resume();
  }

  pause(): void {
    this.paused = true;
    this.#stop();
    this.keep();
  }

  /** Goes on with the first row that has no answer. */
  async resume(): Promise<void> {
    if (this.running) return;
    const abort = new AbortController();
    this.#abort = abort;
    [this.running, this.paused, this.failure] = [true, false, null];
    this.keep();
    try {
      while (this.answers.length < this.prepared.rows.length) {
        const from = this.answers.length;
        const rows = this.prepared.rows.slice(from, from + batchSize);
        const asked = rows.map(({ query, within, adcode, lon, lat, name }) => ({ query, within, adcode, lon, lat, name }));
        const { features, warnings = [] } = await geocode(asked, this.datum, abort.signal);
        if (abort.signal.aborted) return;
        if (features.length !== rows.length) throw new Error(`${features.length} ≠ ${rows.length}`);
        const answers = features.map(answerOf);
        this.answers = [...this.answers, ...answers];
        this.warnings = [...new Map([...this.warnings, ...warnings].map((warning) => [warning.code, warning])).values()];
        this.safe = keepBatch(from / batchSize, answers) && this.safe;
        this.keep();
      }
      this.#carryOn();
      this.#changed();
    } catch (error) {
      if (!abort.signal.aborted) this.failure = error instanceof Error ? error.message : String(error);
    } finally {
      if (this.#abort === abort) this.running = false;
    }
  }

  #stop(): void {
    this.#abort?.abort();
    this.running = false;
  }

  /** How many reviewed rows ask the same as this one, itself among them. */
  same(row: number): readonly number[] {
    const asked = this.prepared.rows[row];
    return (asked && this.#same.get(keyOf(asked))) ?? [row];
  }

  choose(row: number, number: number, all: boolean): boolean {
    const candidate = this.answers[row]?.candidates[number - 1];
    if (candidate === undefined) return false;
    this.decide(row, choice(candidate), all);
    return true;
  }

  place(row: number, at: LonLat, all: boolean): void {
    this.decide(row, placed(at), all);
  }

  decide(row: number, decision: Decision, all: boolean): void {
    this.log = decide(this.log, all ? this.same(row) : [row], decision);
    this.step(1, true);
    this.#changed();
  }

  undo(): void {
    const row = rowOfStep(this.log.past);
    if (row === null) return;
    this.log = undo(this.log);
    this.current = row;
    this.#changed();
  }

  redo(): void {
    const row = rowOfStep(this.log.future);
    if (row === null) return;
    this.log = redo(this.log);
    this.current = row;
    this.#changed();
  }

  /** To the next or previous row of the review; after a decision to the next that is still open. */
  step(by: 1 | -1, open = false): void {
    const rows = open ? this.open : this.review;
    const next = by > 0 ? rows.find((row) => row > this.current) : rows.findLast((row) => row < this.current);
    this.current = next ?? (open ? (rows[0] ?? this.current) : ((by > 0 ? rows[0] : rows.at(-1)) ?? this.current));
    this.keep();
  }

  at(row: number): void {
    this.current = row;
    this.keep();
  }

  /** Replays a pins file; answers how many rows it decided and which of its lines were refused, or null if it is none. */
  async loadPins(file: File): Promise<{ rows: number; refused: readonly number[] } | null> {
    const found = readPins(decode(new Uint8Array(await file.arrayBuffer())).text);
    if (found === null) return null;
    let count = 0;
    for (const { rows, decision } of rowsOfPins(this.prepared.rows, found)) {
      this.log = decide(this.log, rows, recognized(decision, this.answers[rows[0] ?? 0]));
      count += rows.length;
    }
    this.#settle();
    this.#changed();
    return { rows: count, refused: found.refused };
  }

  #carryOn(): void {
    this.prepared.rows.forEach((row, i) => {
      const decision = this.#carried.get(carriedKey(row));
      if (decision !== undefined) this.log = decide(this.log, [i], decision);
    });
    this.#carried = new Map();
    this.#settle();
  }

  /** After many decisions at once the review goes on where one is open. */
  #settle(): void {
    if (this.log.decisions.has(this.current)) this.step(1, true);
  }

  /** The next row comes at once, the map after it. */
  #changed(): void {
    this.keep();
    clearTimeout(this.#drawing);
    this.#drawing = setTimeout(() => this.show());
  }

  // Each for itself: drawing the list again must not make its industries anew.
  readonly #hubs = $derived(data.sites.hubs);
  readonly #bases = $derived(data.sites.bases);
  readonly industries = $derived(industriesOf(data.groups, [...(this.#hubs ?? []), ...(this.#bases ?? [])]));

  /** Puts the list on the map as it stands. */
  show(): void {
    data.setMine(this.located.map((one) => siteOfRow(one, this.prepared.columns, this.industries)));
  }

  keep(): void {
    if (this.source === null) return;
    const { stage, header, roles, mends, datum, who, paused, current, log, warnings } = this;
    this.safe = keepProgress({ stage, open: mine.open, header, roles, mends, datum, who, paused, current, log, warnings }) && this.safe;
    mine.kept = true;
  }

  /** Keeps the list in this browser when the tab is closed, or no longer; false where there is no room. */
  last(lasts: boolean): boolean {
    const done = keepLasting(lasts);
    this.lasting = isLasting();
    return done;
  }

  #leaveMap(): void {
    clearTimeout(this.#drawing);
    store.leaveMine();
    data.setMine(null);
  }

  /** Takes the list off the map and out of the browser. */
  clear(): void {
    this.#stop();
    forget();
    this.#leaveMap();
    [mine.kept, mine.choices, mine.placing, this.#carried] = [false, [], null, new Map()];
    [this.source, this.sheets, this.answers, this.warnings, this.log] = [null, [], [], [], emptyLog];
    [this.stage, this.mends, this.datum, this.current] = ['take', noMends, 'wgs84', 0];
    [this.failure, this.paused, this.safe, this.lasting] = [null, false, true, false];
  }

  /** Goes on where a reload stopped. */
  restore(): void {
    const found = kept();
    if (found === null) {
      forget();
      mine.kept = false;
      return;
    }
    const { source, progress, answers } = found;
    this.lasting = isLasting();
    this.source = source;
    const { stage, header, roles, mends, datum, who, paused, current, log, warnings } = progress;
    [this.header, this.roles, this.mends, this.datum, this.who] = [header, roles, mends, datum, who];
    [this.warnings, this.log] = [warnings, log];
    [this.answers, this.current, this.stage, this.paused] = [answers, current, stage, paused];
    mine.open ||= progress.open;
    if (this.done) return this.show();
    if (stage === 'fix' || stage === 'save') this.stage = 'locate'; // not all answers could be kept
    if (this.stage === 'locate' && !paused) void this.resume();
  }
}

function carriedKey(row: Row): string {
  return `${row.line} ${keyOf(row)}`;
}

export const list = new UploadList();
