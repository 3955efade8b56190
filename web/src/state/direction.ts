/** The eight directions, clockwise from north. */
export const directions = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;

export type Direction = (typeof directions)[number];

/** The direction whose 45° sector, centred on it, holds the bearing. Degrees clockwise from north. */
export function directionOf(bearing_deg: number): Direction {
  const sector = Math.round(bearing_deg / 45) % 8;
  return directions[(sector + 8) % 8] ?? 'n';
}
