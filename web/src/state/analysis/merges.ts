/** At which distances groups join: what the slider of the radius moves along. */

/** An axis that gives every order of magnitude the same room: radii of 5 km and of 500 km are both to be seen. */
export interface Axis {
  from_km: number;
  to_km: number;
  /** The place of a distance, 0 to 1; distances beyond an end stand at the end. */
  place: (km: number) => number;
  km: (place: number) => number;
  ticks: readonly number[];
}

export function axisOf(distances_km: readonly number[]): Axis | null {
  const known = distances_km.filter((km) => km > 0);
  if (known.length === 0) return null;
  const from_km = lowerRound(Math.min(...known) / 1.4);
  const to_km = Math.max(upperRound(Math.max(...known) * 1.15), from_km * 2);
  const span = Math.log(to_km / from_km);
  return {
    from_km,
    to_km,
    place: (km) => Math.min(1, Math.max(0, Math.log(Math.max(km, 1e-9) / from_km) / span)),
    km: (place) => from_km * Math.exp(place * span),
    ticks: ticksOf(from_km, to_km),
  };
}

const steps = [1, 2, 5] as const;

function ticksOf(from: number, to: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(from)); 10 ** power <= to; power++) {
    for (const step of steps) {
      const tick = Number((step * 10 ** power).toPrecision(3));
      if (tick >= from && tick <= to) ticks.push(tick);
    }
  }
  return ticks;
}

function lowerRound(km: number): number {
  const power = 10 ** Math.floor(Math.log10(km));
  return Number((Math.floor(km / power) * power).toPrecision(2));
}

function upperRound(km: number): number {
  const power = 10 ** Math.floor(Math.log10(km));
  return Number((Math.ceil(km / power) * power).toPrecision(2));
}

/** How many of the merges a radius has passed: with cores of two points, each leaves one group fewer. */
export function mergesBelow(merges_km: readonly number[], eps_km: number): number {
  return merges_km.filter((merge) => merge <= eps_km).length;
}

/** The radii around one within which nothing joins. */
export function plateauOf(merges_km: readonly number[], eps_km: number): { from_km: number; to_km: number | null } {
  const below = merges_km.filter((merge) => merge <= eps_km);
  const above = merges_km.filter((merge) => merge > eps_km);
  return { from_km: Math.max(0, ...below), to_km: above.length === 0 ? null : Math.min(...above) };
}

/** A radius as it is sent: three digits are more than the positions are worth. */
export function roundedKm(km: number): string {
  return String(Number(km.toPrecision(3)));
}
