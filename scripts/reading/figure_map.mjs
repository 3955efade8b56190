// The map: outlines of the provinces, hubs, bases, the pairs, and where the misprint leads.

import { GROUPS, MISPRINTED } from "./answers.mjs";
import { PAIRS } from "./facts_bases.mjs";
import { namer } from "./names.mjs";
import { albers, rings, simplified, size } from "./projection.mjs";
import { INK, MUTED, circle, drawing, line, path, rect, tag, text } from "./svg.mjs";

const [WIDTH, HEIGHT] = [940, 700];
/** Pixels for each km, and where on the paper the middle of the projection lies. */
const MAIN = { scale: 0.163, x: 470, y: 356 };
const INSET = { scale: 0.062, x: 815, y: 448, box: [800, 530, 120, 150] };
/** Where the label of a base stands beside its point. */
const LABELS = { "base-01": [12, -6], "base-02": [12, 4], "base-03": [10, -10], "base-05": [12, 14], "base-09": [11, 14], "base-10": [-11, -6, "end"], "base-07": [6, 22], "base-11": [12, -4], "base-06": [-12, 4, "end"], "base-08": [-12, 4, "end"], "base-04": [-12, 4, "end"] };

const paper = ({ scale, x, y }) => (position) => {
  const [east, north] = albers(position);
  return [x + scale * east, y - scale * north];
};

export function map(a, groups) {
  const at = paper(MAIN);
  const colour = (id) => groups.get(id)?.colour ?? "#b8bfc6";
  const [x, y, width, height] = INSET.box;
  const title = "Map of China with the eleven bases numbered and coloured by group of industries, the hubs as small dots, and links between the three pairs";
  return drawing(WIDTH, HEIGHT, title, [
    outlines(a.provinces, at, 0.7),
    hubs(a.hubs, at, colour),
    misprint(a, at),
    pairs(a, at),
    bases(a, at, colour),
    tag("clipPath", { id: "sea" }, rect(x, y, width, height, {})),
    rect(x, y, width, height, { fill: "#fff", stroke: MUTED }),
    tag("g", { "clip-path": "url(#sea)" }, outlines(a.provinces, paper(INSET), 0).join("\n")),
    text(x + 6, y + height - 6, "South China Sea", { size: 9, fill: MUTED }),
    legend(groups, colour),
  ]);
}

// Islands too small to show are dots where nothing is left out.
function outlines(provinces, at, least) {
  const style = { fill: "#f4f2ec", stroke: "#b9b6aa", "stroke-width": 0.6, "stroke-linejoin": "round" };
  return provinces.map((province) => {
    const drawn = rings(province.geometry).map((ring) => simplified(split(ring.map(at)), 0.5));
    return tag("path", { d: drawn.filter((ring) => Math.max(...size(ring)) > Math.max(least, 0.2)).map((ring) => path(ring.slice(0, -1), true)).join(""), ...style });
  });
}

// A ring begins where it ends, so it is turned to begin at its westernmost point, which is kept.
function split(points) {
  const open = points.slice(0, -1);
  const west = open.reduce((best, [x], i) => (x < open[best][0] ? i : best), 0);
  return [...open.slice(west), ...open.slice(0, west), open[west]];
}

function hubs(all, at, colour) {
  const known = (hub) => Boolean(hub.properties.industry_group);
  return [...all].sort((one, other) => known(one) - known(other)).map((hub) => {
    const [x, y] = at(hub.geometry.coordinates);
    return circle(x, y, known(hub) ? 2 : 1.6, { fill: colour(hub.properties.industry_group), "fill-opacity": known(hub) ? "0.65" : "0.5" });
  });
}

function pairs(a, at) {
  const place = new Map(a.bases.map((base) => [base.id, at(base.geometry.coordinates)]));
  return PAIRS.map(([one, other]) => line(...place.get(one), ...place.get(other), { stroke: INK, "stroke-width": 5, "stroke-linecap": "round" }));
}

function misprint(a, at) {
  const from = at(a.changsha);
  const to = at(a.bases.find((base) => base.id === MISPRINTED).geometry.coordinates);
  const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  return [
    line(...from, ...to, { stroke: "#a4262c", "stroke-width": 1.4, "stroke-dasharray": "5 4" }),
    circle(...from, 5, { fill: "#fff", stroke: "#a4262c", "stroke-width": 1.6 }),
    text(from[0] - 9, from[1] + 4, "base 3 as printed", { size: 11, fill: "#a4262c", anchor: "end", halo: true }),
    text(middle[0] + 14, middle[1] + 14, "to Changshu", { size: 11, fill: "#a4262c", anchor: "middle", halo: true, turn: -33 }),
  ];
}

function bases(a, at, colour) {
  const name = namer(a.bases);
  return a.bases.map((base) => {
    const [x, y] = at(base.geometry.coordinates);
    const [dx, dy, anchor] = LABELS[base.id];
    return [
      circle(x, y, 7.5, { fill: colour(base.properties.industry_group), stroke: "#fff", "stroke-width": 1.5 }),
      circle(x, y, 8.6, { fill: "none", stroke: INK, "stroke-width": 1 }),
      text(x + dx, y + dy, `${Number(base.id.slice(5))} ${name(base.id)}`, { size: 13, weight: 600, anchor, halo: true }),
    ];
  });
}

function legend(groups, colour) {
  const rows = [...GROUPS.map((id) => [groups.get(id).name_en, colour(id)]), ["hub of unknown industry", colour()]];
  const top = HEIGHT - 24 - rows.length * 17;
  return [
    text(18, top - 10, "Bases (large) and hubs (small) by group", { size: 12, weight: 600 }),
    rows.map(([words, fill], i) => [circle(25, top + 6 + i * 17, 4.5, { fill }), text(37, top + 10 + i * 17, words, { size: 11.5 })]),
  ];
}
