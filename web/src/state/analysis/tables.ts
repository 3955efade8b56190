/** Every list of records in an answer, as a table. */
import type { Answer } from './answer';

export interface Table {
  name: string;
  columns: readonly string[];
  rows: readonly Readonly<Record<string, unknown>>[];
}

/** Members that are no results. */
const aside = new Set(['references', 'warnings', 'links']);

export function tablesOf(answer: Answer): Table[] {
  return Object.entries(answer).flatMap(([name, value]) => {
    if (aside.has(name) || !Array.isArray(value) || value.length === 0) return [];
    // What a feature says is in its properties.
    const rows: unknown[] = name === 'features' ? value.map(({ properties }) => properties) : value;
    if (!rows.every(isRecord)) return [];
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((column) => rows.some((row) => isShown(row[column])));
    return [{ name, columns, rows }];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What a cell can hold; lists and records inside a row stay in the file. */
function isShown(value: unknown): boolean {
  return ['number', 'string', 'boolean'].includes(typeof value);
}
