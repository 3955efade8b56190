/** The relatedness of every industry with every other, as the service tells a measure whole. */
import { json } from '../../api/client';

export interface Matrix {
  measure: string;
  words: string;
  words_zh: string;
  codes: readonly string[];
  names: readonly string[];
  names_zh: readonly string[];
  /** Row by row; null is no data, which is not zero. */
  values: readonly (readonly (number | null)[])[];
}

export function matrixAddress(measure: string, format: 'json' | 'csv'): string {
  return `/industries/relatedness?${new URLSearchParams({ measure, f: format })}`;
}

export function matrixOf(measure: string): Promise<Matrix> {
  return json<Matrix>(matrixAddress(measure, 'json'));
}

/** How strongly a cell is inked, from 0 to 1: by the square root, because most relatedness is small. */
export function inkOf(value: number): number {
  return Math.sqrt(Math.min(1, Math.max(0, value)));
}

/** The cell under a place of the picture, both as shares of its sides; the rim belongs to the last cell. */
export function cellAt(across: number, down: number, n: number): { row: number; col: number } {
  const place = (share: number) => Math.min(n - 1, Math.max(0, Math.floor(share * n)));
  return { row: place(down), col: place(across) };
}
