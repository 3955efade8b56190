// What the study area and one misprinted name do to the answers.

import { DECAYS, MISPRINTED } from "./answers.mjs";
import { clustersOf } from "./facts_bases.mjs";
import { namer } from "./names.mjs";
import { claim, fixed, km, marked, number, p, table } from "./words.mjs";

const WINDOWS = {
  hull: "convex hull of the bases",
  box: "box in longitude and latitude",
  circle: "circle around their middle",
  provinces: "the provinces they stand in",
  southeast: "south-east of the Heihe–Tengchong line",
  mainland: "mainland China",
};

export const misprintFacts = (a) => ({ ...windows(a), ...misprint(a) });

function windows(a) {
  const printed = Object.fromEntries(a.windowsPrinted.rows.map((row) => [row.window, row]));
  const own = Object.fromEntries(a.windows.rows.map((row) => [row.window, row]));
  const cells = (row) => [fixed(row.value, 2), fixed(row.z_value, 1), fixed(row.simulated, 2), marked(row.p_value)];
  const rows = a.windows.rows.map((row) => [WINDOWS[row.window], (row.area_km2 / 1e6).toFixed(2), String(row.n), ...cells(row), ...cells(printed[row.window])]);
  claim(own.hull.z_value > 1.96 && own.mainland.z_value < -1.96, "the textbook's Clark-Evans flips with the window");
  claim(own.hull.p_value > 0.05 && own.mainland.p_value <= 0.05, "against draws the hull tells nothing, the mainland clustering");
  claim(printed.hull.p_value <= 0.05 && printed.hull.simulated > 1, "as printed, the hull says dispersed");
  claim(printed.mainland.p_value <= 0.05 && printed.mainland.simulated < 1, "as printed, the mainland says clustered");
  return {
    windowsTable: table(["window", "million km²", "n", "index", "z", "over draws", "p", "as printed: index", "z", "over draws", "p"], "lrrrrrrrrrr", rows),
    hullIndex: fixed(own.hull.value, 2), hullZ: fixed(own.hull.z_value, 1), hullDrawn: fixed(own.hull.simulated, 2), hullP: p(own.hull.p_value),
    mainlandIndex: fixed(own.mainland.value, 2), mainlandZ: fixed(own.mainland.z_value, 1), mainlandDrawn: fixed(own.mainland.simulated, 2), mainlandP: p(own.mainland.p_value),
    hullPrintedP: p(printed.hull.p_value), mainlandPrintedP: p(printed.mainland.p_value),
    southeastN: number(own.southeast.n),
  };
}

function misprint(a) {
  const name = namer(a.bases);
  const { as_printed: printed } = a.clusters;
  const wide = a.pairs.as_printed;
  const groups = (found, third) => found.map((ids) => ids.map((id) => (id === MISPRINTED ? third : name(id))).join(" – ")).join("; ");
  const members = (answer) => clustersOf(answer).map((cluster) => cluster.members);
  const index = (answer) => answer.index.find((one) => one.id === MISPRINTED);
  const good = index(a.related.input_output[DECAYS[1]]);
  const bad = index(a.relatedPrinted);
  const hunan = a.bases.filter((base) => base.properties.province === "Hunan").length;
  const three = wide.groups.find((group) => group.includes(MISPRINTED));
  claim(printed.moved.length === 1 && printed.moved[0].id === MISPRINTED, "base 3 alone was misprinted");
  claim(three?.length === hunan + 1 && three.includes("base-07") && three.includes("base-11"), "as printed, all bases of Hunan form one group");
  claim(printed.groups[0].join() === `${MISPRINTED},base-07`, "as printed, the closest pair is Changsha and Liuyang");
  const first = (steps) => steps.slice(0, 3).map(km).join(" · ");
  const over = (one) => `${fixed(one.ratio, 2)} (p = ${p(one.p_value)})`;
  return {
    misprintTable: table(["", "corrected", "as printed"], "lll", [
      [`groups at ${km(printed.eps_km)} km`, groups(members(a.clusters), "Changshu"), groups(printed.groups, "Changsha")],
      [`groups at ${a.eps} km`, groups(members(a.pairs), "Changshu"), groups(wide.groups, "Changsha")],
      ["first three merges, km", first(a.clusters.merges_km), first(printed.merges_km)],
      ["bases in Hunan", String(hunan), String(hunan + 1)],
      [`hubs near base 3`, String(good.near), String(bad.near)],
      ["related industry near base 3, over chance", over(good), over(bad)],
    ]),
    movedKm: fixed(printed.moved[0].moved_km, 0),
    printedMost: number(hunan + 1),
    mateFrom: km(printed.merges_km[0]),
  };
}
