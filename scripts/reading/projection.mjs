// From longitude and latitude to the paper.

const RADIANS = Math.PI / 180;
const EARTH_KM = 6371.0088;

/** Albers' equal-area conic on the sphere with two parallels, in km east and north (Snyder 1987, 98–103). */
export function albers([lon, lat]) {
  const [first, second, middle, origin] = [25, 47, 105, 36].map((degrees) => degrees * RADIANS);
  const n = (Math.sin(first) + Math.sin(second)) / 2;
  const c = Math.cos(first) ** 2 + 2 * n * Math.sin(first);
  const rho = (phi) => Math.sqrt(c - 2 * n * Math.sin(phi)) / n;
  const theta = n * (lon * RADIANS - middle);
  const from = rho(lat * RADIANS);
  return [EARTH_KM * from * Math.sin(theta), EARTH_KM * (rho(origin) - from * Math.cos(theta))];
}

/** The azimuthal equidistant projection around a place, in km east and north (Snyder 1987, 191–202). */
export function around([lon0, lat0]) {
  const [sin0, cos0] = [Math.sin(lat0 * RADIANS), Math.cos(lat0 * RADIANS)];
  return ([lon, lat]) => {
    const [sin, cos, east] = [Math.sin(lat * RADIANS), Math.cos(lat * RADIANS), (lon - lon0) * RADIANS];
    const angle = Math.acos(Math.min(1, Math.max(-1, sin0 * sin + cos0 * cos * Math.cos(east))));
    const k = angle === 0 ? EARTH_KM : (EARTH_KM * angle) / Math.sin(angle);
    return [k * cos * Math.sin(east), k * (cos0 * sin - sin0 * cos * Math.cos(east))];
  };
}

/** The outer and inner rings of an area. */
export function rings({ type, coordinates }) {
  return type === "Polygon" ? coordinates : coordinates.flat();
}

/** Leaves out corners that lie within `tolerance` of the line without them (Douglas & Peucker 1973). */
export function simplified(points, tolerance) {
  const keep = new Set([0, points.length - 1]);
  const spans = [[0, points.length - 1]];
  while (spans.length) {
    const [from, to] = spans.pop();
    let [most, at] = [tolerance, -1];
    for (let i = from + 1; i < to; i++) {
      const off = distance(points[i], points[from], points[to]);
      if (off > most) [most, at] = [off, i];
    }
    if (at >= 0) {
      keep.add(at);
      spans.push([from, at], [at, to]);
    }
  }
  return points.filter((_, i) => keep.has(i));
}

function distance([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}

/** How wide and high a ring is. */
export function size(points) {
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
}
