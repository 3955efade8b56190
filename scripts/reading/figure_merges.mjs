// Over which radii the pairs exist, as corrected and as printed, on a logarithmic axis.

import { MISPRINTED } from "./answers.mjs";
import { clustersOf } from "./facts_bases.mjs";
import { namer } from "./names.mjs";
import { INK, LINE, MUTED, drawing, line, rect, text } from "./svg.mjs";
import { km } from "./words.mjs";

const [WIDTH, HEIGHT, LEFT, RIGHT] = [940, 304, 240, 30];
const [LEAST, MOST] = [25, 900];
const TICKS = [30, 50, 100, 200, 400, 800];

const x = (value) => LEFT + ((WIDTH - LEFT - RIGHT) * Math.log(value / LEAST)) / Math.log(MOST / LEAST);

export function merges(a) {
  const name = namer(a.bases);
  const own = clustersOf(a.pairs).map((pair) => [pair.members.map(name).join(" – "), pair.eps_from_km, pair.eps_to_km]);
  const { merges_km: printed } = a.clusters.as_printed;
  const hunan = a.pairs.as_printed.groups.find((group) => group.includes(MISPRINTED));
  const [first, , third] = printed;
  const end = own.find(([words]) => words.startsWith("Liuyang"))[2];
  const tongnan = own.find(([words]) => words.startsWith("Tongnan"));
  const asPrinted = [["Changsha – Liuyang", first, third], [`Changsha – ${hunan.slice(1).map(name).join(" – ")}`, third, end], tongnan];
  return drawing(WIDTH, HEIGHT, "Over which radii each pair of bases exists, with base 3 in Changshu and, as printed, in Changsha", [
    TICKS.map((tick) => [line(x(tick), 30, x(tick), HEIGHT - 34), text(x(tick), HEIGHT - 18, `${tick} km`, { size: 11, fill: MUTED, anchor: "middle" })]),
    band(a),
    part(52, "Corrected: base 3 in Changshu", own, "#0b6aa2"),
    part(168, "As printed: base 3 in Changsha", asPrinted, "#a4262c"),
    text(x(LEAST) + 2, HEIGHT - 2, "radius within which bases join (logarithmic)", { size: 11, fill: MUTED }),
  ]);
}

function band(a) {
  const [, , from, to] = a.clusters.merges_km;
  return [
    rect(x(from), 30, x(to) - x(from), 122, { fill: "#eef3f7" }),
    text((x(from) + x(to)) / 2, 44, `three pairs, ${km(from)}–${km(to)} km`, { size: 11, fill: MUTED, anchor: "middle" }),
  ];
}

function part(top, title, rows, fill) {
  return [
    text(14, top - 6, title, { size: 13, weight: 600 }),
    rows.map(([words, from, to], i) => {
      const y = top + 18 + i * 30;
      return [
        text(LEFT - 12, y + 4, words, { size: 12, anchor: "end" }),
        line(LEFT, y, WIDTH - RIGHT, y, { stroke: LINE, "stroke-width": 0.6 }),
        rect(x(from), y - 6, x(to) - x(from), 12, { fill, rx: 3 }),
        text(x(from) - 5, y + 4, km(from), { size: 11, anchor: "end", halo: true }),
        text(x(to) + 5, y + 4, km(to), { size: 11, halo: true, fill: INK }),
      ];
    }),
  ];
}
