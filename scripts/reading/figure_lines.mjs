// Four bases with lines to the nearest hubs of related industries.

import { DECAYS } from "./answers.mjs";
import { nearestOfEach } from "./facts_related.mjs";
import { namer, shortIndustry } from "./names.mjs";
import { around, rings, simplified } from "./projection.mjs";
import { INK, MUTED, circle, drawing, line, path, ramp, tag, text } from "./svg.mjs";

const SHOWN = ["base-01", "base-05", "base-09", "base-11"];
const [RADIUS, STEP_X, STEP_Y] = [150, 512, 362];
const NAMED = 7;

export function lines(a, groups) {
  const answer = a.related.input_output[DECAYS[1]];
  const within = answer.method.parameters.within_km.value;
  return drawing(2 * STEP_X, 2 * STEP_Y + 20, "Four bases, the hubs around them, and lines to those of related industries", SHOWN.map((id, i) => panel(a, groups, answer, within, id, (i % 2) * STEP_X + RADIUS + 12, Math.floor(i / 2) * STEP_Y + RADIUS + 38)));
}

function panel(a, groups, answer, within, id, cx, cy) {
  const base = a.bases.find((one) => one.id === id);
  const project = around(base.geometry.coordinates);
  const scale = RADIUS / within;
  const at = (position) => {
    const [east, north] = project(position);
    return [cx + scale * east, cy - scale * north];
  };
  const inside = ([x, y]) => Math.hypot(x - cx, y - cy) <= RADIUS;
  const own = answer.features.filter((feature) => feature.properties.from === id).sort((x, y) => x.properties.relatedness - y.properties.relatedness);
  return [
    text(cx - RADIUS, cy - RADIUS - 16, `${namer(a.bases)(id)}: ${base.properties.industry}`, { size: 14, weight: 600 }),
    tag("clipPath", { id: `around-${id}` }, circle(cx, cy, RADIUS, {})),
    circle(cx, cy, RADIUS, { fill: "#f7f8f9", stroke: MUTED }),
    tag("g", { "clip-path": `url(#around-${id})` }, outlines(a.provinces, at, cx, cy).join("\n")),
    [1, 2].map((part) => circle(cx, cy, (RADIUS * part) / 3, { fill: "none", stroke: "#c9ced4", "stroke-dasharray": "2 4" })),
    text(cx, cy + RADIUS + 14, `${within} km`, { size: 10.5, fill: MUTED, anchor: "middle" }),
    a.hubs.map((hub) => [hub, at(hub.geometry.coordinates)]).filter(([, point]) => inside(point)).map(([hub, point]) => circle(...point, 1.8, { fill: groups.get(hub.properties.industry_group)?.colour ?? "#b8bfc6", "fill-opacity": "0.6" })),
    own.map((feature) => drawn(feature, at)),
    circle(cx, cy, 6, { fill: groups.get(base.properties.industry_group).colour, stroke: INK, "stroke-width": 1.2 }),
    named(answer, id, cx + RADIUS + 14, cy - RADIUS + 14),
  ];
}

function drawn({ geometry, properties }, at) {
  const end = at(geometry.coordinates.at(-1));
  return [
    tag("path", { d: path(geometry.coordinates.map(at)), fill: "none", stroke: shade(properties.relatedness), "stroke-width": 1 + 2 * properties.relatedness }),
    circle(...end, 3, { fill: shade(properties.relatedness), stroke: "#fff", "stroke-width": 0.6 }),
  ];
}

// Weak lines must be seen, too.
const shade = (relatedness) => ramp(0.4 + 0.6 * relatedness);

// Provinces that reach into the circle, without corners that nobody sees.
function outlines(provinces, at, cx, cy) {
  const near = provinces.flatMap((province) => rings(province.geometry)).filter((ring) => ring.some((position) => {
    const [x, y] = at(position);
    return Math.hypot(x - cx, y - cy) < RADIUS * 1.3;
  }));
  return near.map((ring) => tag("path", { d: path(visible(simplified(ring.map(at), 0.6), cx, cy)), fill: "none", stroke: "#b9b6aa", "stroke-width": 0.9 }));
}

// Points far outside are drawn to the edge of a box three times as large; the circle hides them.
const visible = (points, cx, cy) => {
  const clamp = (value, middle) => Math.min(middle + 3 * RADIUS, Math.max(middle - 3 * RADIUS, value));
  const drawn = points.map(([x, y]) => [clamp(x, cx), clamp(y, cy)]);
  return drawn.filter(([x, y], i) => i === 0 || x !== drawn[i - 1][0] || y !== drawn[i - 1][1]);
};

function named(answer, id, left, top) {
  const nearest = nearestOfEach(answer, id);
  const rows = nearest.slice(0, NAMED).map((found, i) => [
    line(left, top + i * 36 - 4, left + 14, top + i * 36 - 4, { stroke: shade(found.relatedness), "stroke-width": 1 + 2 * found.relatedness }),
    text(left + 20, top + i * 36, short(shortIndustry(found.to_industry)), { size: 11 }),
    text(left + 20, top + i * 36 + 14, `${found.relatedness.toFixed(2)} · ${(found.distance_m / 1000).toFixed(0)} km`, { size: 10.5, fill: MUTED }),
  ]);
  const more = nearest.length - rows.length;
  return [rows, more > 0 ? text(left + 20, top + rows.length * 36, `and ${more} more`, { size: 10.5, fill: MUTED }) : ""];
}

const short = (words) => (words.length > 24 ? `${words.slice(0, 23).trimEnd()}…` : words);
