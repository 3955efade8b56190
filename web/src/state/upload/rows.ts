/** What is asked about each line: its text, what it says about where, and its coordinates. */
import { positionFault, positionOf, type Mends, type Position } from './position';
import type { Role, Roles } from './roles';
import type { Fault, Line, Reason, Source } from './source';

/** The longest text that is asked for; a longer one is no name. */
const longest = 1000;

export interface Row {
  line: number;
  cells: readonly string[];
  query: string;
  within: string | null;
  adcode: string | null;
  name: string | null;
  lon: number | null;
  lat: number | null;
  industry: string | null;
}

export interface Prepared {
  columns: readonly string[];
  rows: readonly Row[];
  faults: readonly Fault[];
  /** How many pairs of coordinates there are, and how many of them only make sense the other way round. */
  pairs: number;
  swapped: number;
  /** Coordinates written otherwise than in plain decimals, one of each row. */
  rewritten: readonly string[];
}

/** The names of the columns; one that comes again is numbered, so that none is lost. */
export function columnsOf({ lines }: Pick<Source, 'lines'>, header: boolean): string[] {
  const first = lines[0]?.cells ?? [];
  const seen = new Map<string, number>();
  return first.map((cell, i) => {
    const name = header && cell.trim() !== '' ? cell.trim() : String(i + 1);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name} (${times})`;
  });
}

export function bodyOf({ lines }: Pick<Source, 'lines'>, header: boolean): readonly Line[] {
  return header ? lines.slice(1) : lines;
}

export function prepare(source: Source, header: boolean, roles: Roles, mends: Mends): Prepared {
  const rows: Row[] = [];
  const faults: Fault[] = [...source.faults];
  const positions: Position[] = [];
  for (const line of bodyOf(source, header)) {
    const cell = (role: Role) => line.cells[roles.indexOf(role)]?.trim() || null;
    const position = positionOf(cell('lon'), cell('lat'), mends);
    const row = rowOf(line, position, cell);
    const fault = queryFault(row, position) ?? positionFault(position, mends);
    positions.push(position);
    if (fault === null) rows.push(row);
    else faults.push({ line: line.line, ...fault });
  }
  return {
    columns: columnsOf(source, header),
    rows,
    faults: faults.sort((a, b) => a.line - b.line),
    pairs: positions.filter(({ lon, lat }) => lon !== null && lat !== null).length,
    swapped: positions.filter(({ swapped }) => swapped).length,
    rewritten: positions.flatMap(({ odd }) => odd ?? []),
  };
}

function rowOf({ line, cells }: Line, { lon, lat }: Position, cell: (role: Role) => string | null): Row {
  const name = cell('name');
  return {
    line, cells, name, lon, lat,
    query: cell('place') ?? name ?? '',
    within: cell('province'),
    adcode: /^\d{6}/.exec(cell('adcode') ?? '')?.[0] ?? null,
    industry: cell('industry'),
  };
}

function queryFault({ query }: Row, { written }: Position): { value: string; reason: Reason } | null {
  if (query.length > longest) return { value: `${query.slice(0, 80)}…`, reason: 'long' };
  return query === '' && written.every((text) => text === null) ? { value: '', reason: 'nothing' } : null;
}

/** Rows of one key ask the same; a decision about one may be a decision about all. */
export function keyOf({ query, within, adcode }: Pick<Row, 'query' | 'within' | 'adcode'>): string {
  return JSON.stringify([query, within, adcode]);
}
