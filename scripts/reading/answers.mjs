// What is asked: every answer that the text or a figure uses.

import { bhAdjusted } from "./words.mjs";

export const GROUPS = ["biomedicine", "consumer", "electronics", "equipment", "materials", "software", "vehicles", "other"];
export const MEASURES = ["input_output", "cosine", "colocation"];
export const DECAYS = [50, 100, 200];
export const MISPRINTED = "base-03";
/** More draws than the default, as false discovery rates ask for. */
const DRAWS = { simulations: 9999 };

/** All answers, by name. */
export function answers(ask) {
  const bases = ask.collection("bases");
  const hubs = ask.collection("hubs");
  const changsha = ask.place("Changsha");
  const single = withoutDoubles(hubs);
  const printed = ask.file("as-printed.geojson", bases.map((base) => moved(base, changsha)));
  const once = ask.file("hubs-once.geojson", single);
  return {
    bases,
    hubs,
    single,
    changsha,
    provinces: ask.collection("provinces"),
    near: ask.run("distances", "bases"),
    ...clusters(ask),
    windows: ask.run("distances", "bases", { statistic: "clark_evans" }),
    windowsPrinted: ask.run("distances", printed, { statistic: "clark_evans" }),
    regions: ask.run("regions", "bases"),
    quotient: ask.run("colocation", "bases", DRAWS),
    related: related(ask),
    relatedPrinted: ask.run("related", printed, DRAWS),
    among: Object.fromEntries(MEASURES.map((measure) => [measure, among(ask, measure)])),
    m: curves(ask, "hubs", "m"),
    kd: curves(ask, "hubs", "kd"),
    mOnce: curves(ask, once, "m"),
    concentration: Object.fromEntries(["province", "prefecture", "cells"].map((level) => [level, ask.run("concentration", "hubs", { level, ...DRAWS })])),
    colocation: ask.run("colocation", "hubs", DRAWS),
    colocationOnce: ask.run("colocation", once, DRAWS),
  };
}

const moved = (base, coordinates) => (base.id === MISPRINTED ? { ...base, geometry: { type: "Point", coordinates } } : base);

// At the radius the program chooses, and in the middle of the gap behind the third merge.
function clusters(ask) {
  const chosen = ask.run("clusters", "bases");
  const eps = Math.round((chosen.merges_km[2] + chosen.merges_km[3]) / 2);
  return { clusters: chosen, eps, pairs: ask.run("clusters", "bases", { "eps-km": eps }) };
}

function related(ask) {
  const at = (measure, decay) => ask.run("related", "bases", { measure, "decay-km": decay, ...DRAWS });
  return Object.fromEntries(MEASURES.map((measure) => [measure, Object.fromEntries(DECAYS.map((decay) => [decay, at(measure, decay)]))]));
}

// Every pair of bases that has any relatedness at all.
const among = (ask, measure) =>
  ask.run("related", "bases", { among: "bases", measure, "within-km": 5000, "min-relatedness": 0.000001, k: 11 });

function curves(ask, what, statistic) {
  const found = GROUPS.map((industry) => ask.run("distances", what, { statistic, industry, by: "industry_group" }));
  const q = bhAdjusted(found.map((answer) => answer.global_p));
  return Object.fromEntries(GROUPS.map((group, i) => [group, { ...found[i], q: q[i] }]));
}

// Of hubs of the same group at the same place, often one cluster under several programmes, the first.
function withoutDoubles(hubs) {
  const seen = new Set();
  return hubs.filter(({ properties, geometry }) => {
    const key = `${properties.industry_group} ${geometry.coordinates.join()}`;
    if (!properties.industry_group || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
