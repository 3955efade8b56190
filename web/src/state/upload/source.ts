/** A file as lines of cells. What cannot be read is listed with its line, its text and the reason; the rest goes on. */
import Papa from 'papaparse';
import { roleOf } from './roles';

export interface Line {
  /** Where the line starts in the file, counted from 1; the number of the row in a spreadsheet, of the feature in GeoJSON. */
  line: number;
  cells: readonly string[];
}

export type Reason =
  | 'quotes' | 'cells' | 'nothing' | 'long' | 'number' | 'lat' | 'lon' | 'half' | 'zero' | 'written' | 'feature' | 'geometry';

export interface Fault {
  line: number;
  value: string;
  reason: Reason;
}

export type Delimiter = ',' | ';' | '\t' | '|';

export interface Source {
  name: string;
  /** Which sheet of a spreadsheet; null for any other file. */
  sheet: string | null;
  encoding: string | null;
  /** Null where every line is one cell, or cells need no delimiter. */
  delimiter: Delimiter | null;
  unit: 'line' | 'row' | 'feature';
  lines: readonly Line[];
  faults: readonly Fault[];
}

/** The text of a file or of the clipboard as lines of cells. The name's ending says what it is; a pasted text has none. */
export function read(name: string, text: string, encoding: string | null = null): Source {
  const clean = text.replace(/^\uFEFF/, '');
  const common = { name, encoding, sheet: null };
  if (/^\s*\{/.test(clean)) {
    const features = featuresOf(clean);
    if (features !== null) return { ...common, delimiter: null, unit: 'feature', ...linesOfFeatures(features) };
  }
  const delimiter = delimiterOf(name, clean);
  const { lines, faults } = delimiter === null ? plainLines(clean) : delimitedLines(clean, delimiter);
  return { ...common, delimiter, unit: 'line', lines, faults };
}

/** Whether the first line names the columns rather than being the first row. */
export function hasHeader({ unit, lines, delimiter }: Pick<Source, 'unit' | 'lines' | 'delimiter'>): boolean {
  if (unit === 'feature') return true;
  const cells = lines[0]?.cells ?? [];
  if (cells.some((cell) => roleOf(cell) !== null)) return true;
  if (delimiter === null && unit === 'line') return false;
  const distinct = new Set(cells.map((cell) => cell.trim()));
  return distinct.size === cells.length && !distinct.has('') && !cells.some((cell) => /^[-+\d.,\s]+$/.test(cell));
}

/** Lines of one cell above the names of the columns are the title of the list, not rows of it. */
export function withoutTitle(lines: readonly Line[]): readonly Line[] {
  const names = lines.slice(0, 6).findIndex(({ cells }) => cells.filter((cell) => roleOf(cell) !== null).length > 1);
  const isTitle = ({ cells }: Line) => cells.filter((cell) => cell.trim() !== '').length === 1;
  return names > 0 && lines.slice(0, names).every(isTitle) ? lines.slice(names) : lines;
}

function delimiterOf(name: string, text: string): Delimiter | null {
  if (/\.tsv$/i.test(name)) return '\t';
  const first = text.split(/\r?\n/).find((line) => line.trim() !== '') ?? '';
  if (/\.csv$/i.test(name)) {
    const guess = Papa.parse(text, { preview: 20, delimitersToGuess: [',', '\t', ';', '|'] }).meta.delimiter;
    return first.includes(guess) || first.includes('"') ? (guess as Delimiter) : null;
  }
  if (first.includes('\t')) return '\t';
  // A list of names may hold commas ("Changsha, Hunan"); only a line that names columns makes it a table.
  for (const delimiter of [',', ';', '|'] as const) {
    const cells = first.split(delimiter);
    if (cells.length > 1 && cells.filter((cell) => roleOf(cell.replaceAll('"', '')) !== null).length > 1) return delimiter;
  }
  return null;
}

function plainLines(text: string): Pick<Source, 'lines' | 'faults'> {
  const lines = text.split(/\r\n|\n|\r/).map((cell, i) => ({ line: i + 1, cells: [cell.trim()] }));
  return { lines: lines.filter(({ cells }) => cells[0] !== ''), faults: [] };
}

function delimitedLines(text: string, delimiter: Delimiter): Pick<Source, 'lines' | 'faults'> {
  const lines: Line[] = [];
  const faults: Fault[] = [];
  let rest = text;
  let line = 1;
  while (rest !== '') {
    const broken = takeLines(rest, delimiter, line, lines);
    if (broken === null) break;
    // An open quotation mark would swallow the rest of the file: that line is refused, and reading goes on after it.
    const end = rest.indexOf('\n', broken.at);
    faults.push({ line: broken.line, value: rest.slice(broken.at, end < 0 ? undefined : end).trim(), reason: 'quotes' });
    line = broken.line + 1;
    rest = end < 0 ? '' : rest.slice(end + 1);
  }
  const table = withoutTitle(lines);
  const width = table[0]?.cells.length ?? 0;
  const fits = ({ cells }: Line) => cells.slice(width).every((cell) => cell.trim() === '');
  for (const odd of table.filter((candidate) => !fits(candidate))) {
    faults.push({ line: odd.line, value: odd.cells.join(delimiter), reason: 'cells' });
  }
  return {
    lines: table.filter(fits).map(({ line: at, cells }) => ({ line: at, cells: Array.from({ length: width }, (_, i) => cells[i]?.trim() ?? '') })),
    faults: faults.sort((a, b) => a.line - b.line),
  };
}

/** Adds the lines up to the first that is broken; says where that one is, or null at the end. */
function takeLines(text: string, delimiter: Delimiter, from: number, into: Line[]): { at: number; line: number } | null {
  let broken: { at: number; line: number } | null = null;
  let cursor = 0;
  let line = from;
  Papa.parse<string[]>(text, {
    delimiter,
    step: ({ data, errors, meta }, parser) => {
      if (errors.some(({ type }) => type === 'Quotes')) {
        broken = { at: cursor, line };
        parser.abort();
        return;
      }
      if (data.some((cell) => cell.trim() !== '')) into.push({ line, cells: data });
      line += (text.slice(cursor, meta.cursor).match(/\r\n|\n|\r/g) ?? []).length;
      cursor = meta.cursor;
    },
  });
  return broken;
}

type Properties = Record<string, unknown>;

/** The features of a GeoJSON text, or of one that has a feature on every line. Null if it is neither. */
function featuresOf(text: string): unknown[] | null {
  const listed = (value: unknown): unknown[] =>
    isObject(value) && Array.isArray(value.features) ? value.features : [value];
  try {
    return listed(JSON.parse(text));
  } catch {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (!lines.every((line) => /^\s*\{.*\}\s*$/.test(line))) return null;
    return lines.map((line): unknown => {
      try {
        return JSON.parse(line);
      } catch {
        return line;
      }
    });
  }
}

function linesOfFeatures(features: readonly unknown[]): Pick<Source, 'lines' | 'faults'> {
  const faults: Fault[] = [];
  const good: { line: number; properties: Properties; lon: string; lat: string }[] = [];
  features.forEach((feature, i) => {
    const line = i + 1;
    const fault = (reason: Reason) => faults.push({ line, value: JSON.stringify(feature).slice(0, 200), reason });
    if (!isObject(feature) || feature.type !== 'Feature') return fault('feature');
    const geometry = isObject(feature.geometry) ? feature.geometry : null;
    if (geometry !== null && geometry.type !== 'Point') return fault('geometry');
    const [lon, lat] = Array.isArray(geometry?.coordinates) ? (geometry.coordinates as unknown[]).map(text) : [];
    const id = feature.id === undefined ? {} : { id: feature.id };
    const properties = { ...id, ...(isObject(feature.properties) ? feature.properties : {}) };
    return good.push({ line, properties, lon: lon ?? '', lat: lat ?? '' });
  });
  const columns = [...new Set(good.flatMap(({ properties }) => Object.keys(properties)))];
  const named = columns.filter((column) => !['lon', 'lat'].includes(roleOf(column) ?? ''));
  const header: Line = { line: 0, cells: [...named, 'lon', 'lat'] };
  const lines = good.map(({ line, properties, lon, lat }) => ({ line, cells: [...named.map((column) => text(properties[column])), lon, lat] }));
  return { lines: lines.length > 0 ? [header, ...lines] : [], faults };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function text(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}
