// Heat maps of the relatedness between the bases, by three measures.

import { MEASURES } from "./answers.mjs";
import { best } from "./facts_related.mjs";
import { namer } from "./names.mjs";
import { INK, MUTED, drawing, onRamp, ramp, rect, text } from "./svg.mjs";

const TITLES = { input_output: "input-output", cosine: "cosine of purchases or sales", colocation: "co-location" };
const [CELL, LEFT, TOP, GAP] = [25, 150, 44, 18];
const NO_DATA = "#e3e0d8";

export function relatedness(a) {
  const ids = a.bases.map((base) => base.id);
  const panel = ids.length * CELL;
  const width = LEFT + MEASURES.length * panel + (MEASURES.length - 1) * GAP + 20;
  const name = namer(a.bases);
  return drawing(width, TOP + panel + 76, "Relatedness between each two of the eleven bases by three measures", [
    ids.map((id, row) => text(LEFT - 8, TOP + row * CELL + 17, `${Number(id.slice(5))} ${name(id)}`, { size: 12, anchor: "end" })),
    MEASURES.map((measure, i) => heat(a, ids, measure, LEFT + i * (panel + GAP))),
    key(TOP + panel + 36),
  ]);
}

function heat(a, ids, measure, left) {
  const pairs = best(a.among[measure].features);
  const value = (one, other) => pairs.get([one, other].sort().join(" "))?.relatedness;
  return [
    text(left, TOP - 12, TITLES[measure], { size: 13, weight: 600 }),
    ids.map((one, row) => ids.map((other, col) => (one === other ? "" : cell(left + col * CELL, TOP + row * CELL, value(one, other))))),
    ids.map((id, col) => text(left + col * CELL + CELL / 2, TOP + ids.length * CELL + 16, Number(id.slice(5)), { size: 11, fill: MUTED, anchor: "middle" })),
  ];
}

function cell(x, y, value) {
  const box = rect(x + 0.5, y + 0.5, CELL - 1, CELL - 1, { fill: value === undefined ? NO_DATA : ramp(value) });
  if (value === undefined || value < 0.05) return box;
  return [box, text(x + CELL / 2, y + 16.5, value > 0.995 ? "1" : value.toFixed(2).slice(1), { size: 10, fill: onRamp(value), anchor: "middle" })];
}

function key(y) {
  const steps = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return [
    steps.map((step, i) => [rect(LEFT + i * 44, y, 44, 12, { fill: ramp(step) }), text(LEFT + i * 44 + 22, y + 26, step.toFixed(1), { size: 11, fill: MUTED, anchor: "middle" })]),
    rect(LEFT + 300, y, 24, 12, { fill: NO_DATA }),
    text(LEFT + 330, y + 10, "no data, or none at all", { size: 11, fill: INK }),
    text(LEFT + 490, y + 10, "numbers from 0.05 on; 1 is the same industry", { size: 11, fill: MUTED }),
  ];
}
