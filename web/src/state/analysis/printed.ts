/** What the groups would be if every point stood where its list prints it: one misprinted name moves a base 842 km. */
import { clustersOf, heldNumber, type Answer } from './answer';

export interface Moved {
  id: string;
  place: string;
  moved_km: number;
}

export interface Groups {
  eps_km: number | null;
  groups: readonly (readonly string[])[];
}

export interface Printed {
  moved: readonly Moved[];
  printed: Groups;
  corrected: Groups;
}

/** Null where no printed name differs. */
export function printedOf(answer: Answer): Printed | null {
  const member = answer.as_printed;
  if (member === null || typeof member !== 'object') return null;
  const { moved, groups, eps_km } = member as Record<string, unknown>;
  if (!Array.isArray(moved) || moved.length === 0 || !Array.isArray(groups)) return null;
  return {
    moved: (moved as Record<string, unknown>[]).map((one) => ({ id: String(one.id), place: String(one.printed_place), moved_km: Number(one.moved_km) })),
    printed: { eps_km: typeof eps_km === 'number' ? eps_km : null, groups: groups as string[][] },
    corrected: { eps_km: heldNumber(answer, 'eps_km'), groups: clustersOf(answer).clusters.map(({ members }) => members) },
  };
}
