// Marcon and Puech's M of each group of hubs, with the global envelope of shuffled labels.

import { GROUPS } from "./answers.mjs";
import { short } from "./facts_hubs.mjs";
import { INK, LINE, MUTED, circle, drawing, line, path, tag, text } from "./svg.mjs";
import { capital, p } from "./words.mjs";

const [WIDTH, PANEL, HIGH, LEFT, TOP] = [940, 205, 150, 44, 36];
const [STEP_X, STEP_Y] = [228, 218];
const [LEAST, MOST] = [0.2, 16];
const TICKS = [0.25, 0.5, 1, 2, 4, 8, 16];

const y = (value, top) => top + HIGH * (1 - Math.log(Math.min(MOST, Math.max(LEAST, value)) / LEAST) / Math.log(MOST / LEAST));

export function m(a, groups) {
  const title = "M for eight groups of hubs against distance, each with the global envelope of shuffled labels, once for all hubs and once where each place counts once";
  return drawing(WIDTH, TOP + 2 * STEP_Y + 8, title, [
    GROUPS.map((group, i) => panel(a, groups.get(group), LEFT + (i % 4) * STEP_X, TOP + Math.floor(i / 4) * STEP_Y, i % 4 === 0)),
    key(TOP + 2 * STEP_Y - 14),
  ]);
}

function panel(a, group, left, top, isFirst) {
  const [curve, once] = [a.m[group.id], a.mOnce[group.id]];
  const most = Math.max(curve.r_m.at(-1), once.r_m.at(-1));
  const x = (metres) => left + (PANEL * metres) / most;
  const along = (answer, key) => answer.r_m.map((metres, i) => [x(metres), y(answer[key][i] ?? 1, top)]);
  const envelope = [...along(curve, "global_hi"), ...along(curve, "global_lo").reverse()];
  const outside = curve.r_m.flatMap((metres, i) => (curve.observed[i] > curve.global_hi[i] || curve.observed[i] < curve.global_lo[i] ? [circle(x(metres), y(curve.observed[i], top), 2.6, { fill: group.colour, stroke: INK, "stroke-width": 0.7 })] : []));
  return [
    text(left, top - 9, capital(short(group.id)), { size: 12.5, weight: 600 }),
    text(left + PANEL, top + 13, `p = ${p(curve.global_p)}; once ${p(once.global_p)}`, { size: 10.5, fill: MUTED, anchor: "end", halo: true }),
    TICKS.map((tick) => [line(left, y(tick, top), left + PANEL, y(tick, top), { "stroke-width": 0.5 }), isFirst ? text(left - 6, y(tick, top) + 4, String(tick), { size: 10, fill: MUTED, anchor: "end" }) : ""]),
    tag("path", { d: path(envelope, true), fill: "#dfe3e8", "fill-opacity": "0.9" }),
    line(left, y(1, top), left + PANEL, y(1, top), { stroke: MUTED, "stroke-dasharray": "4 3" }),
    tag("path", { d: path(along(once, "observed")), fill: "none", stroke: INK, "stroke-width": 1.2, "stroke-dasharray": "2 2" }),
    tag("path", { d: path(along(curve, "observed")), fill: "none", stroke: group.colour, "stroke-width": 2.2, "stroke-linejoin": "round" }),
    outside,
    [0, 500, 1000].filter((tick) => tick * 1000 <= most).map((tick) => [line(x(tick * 1000), top + HIGH, x(tick * 1000), top + HIGH + 4, { stroke: MUTED }), text(x(tick * 1000), top + HIGH + 16, tick === 0 ? "0 km" : String(tick), { size: 10, fill: MUTED, anchor: "middle" })]),
    line(left, top + HIGH, left + PANEL, top + HIGH, { stroke: MUTED }),
  ];
}

function key(top) {
  return [
    line(LEFT, top, LEFT + 26, top, { stroke: "#0072B2", "stroke-width": 2.2 }), text(LEFT + 33, top + 4, "all hubs; a dot is outside the envelope", { size: 11 }),
    line(LEFT + 265, top, LEFT + 291, top, { stroke: INK, "stroke-width": 1.2, "stroke-dasharray": "2 2" }), text(LEFT + 298, top + 4, "each place once", { size: 11 }),
    tag("rect", { x: LEFT + 410, y: top - 6, width: 26, height: 12, fill: "#dfe3e8", stroke: LINE }), text(LEFT + 443, top + 4, "95 % global envelope of shuffled labels (all hubs); M up to a distance, logarithmic", { size: 11 }),
  ];
}
