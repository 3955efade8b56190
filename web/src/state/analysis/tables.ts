/** Every list of records in an answer, as a table. */
import type { Answer } from './answer';

export interface Table {
  name: string;
  columns: readonly string[];
  rows: readonly Readonly<Record<string, unknown>>[];
}

/** Members that are no results. */
const aside = new Set(['features', 'references', 'warnings', 'links']);

export function tablesOf(answer: Answer): Table[] {
  return Object.entries(answer).flatMap(([name, value]) => {
    if (aside.has(name) || !Array.isArray(value) || value.length === 0 || !value.every(isRecord)) return [];
    const columns = [...new Set(value.flatMap((row) => Object.keys(row)))].filter((column) => value.some((row) => isShown(row[column])));
    return [{ name, columns, rows: value }];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** What a cell can hold; lists and records inside a row stay in the file. */
function isShown(value: unknown): boolean {
  return ['number', 'string', 'boolean'].includes(typeof value);
}
