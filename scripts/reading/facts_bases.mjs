// Where the bases are and which stand together.

import { namer } from "./names.mjs";
import { SURE, claim, fixed, km, list, number, p, table } from "./words.mjs";

/** The pairs that the text names: Suzhou, the border, Hunan. */
export const PAIRS = [["base-03", "base-05"], ["base-09", "base-10"], ["base-07", "base-11"]];

export const clustersOf = (answer) => answer.features.map((feature) => feature.properties).filter((one) => one.kind === "cluster");

export function basesFacts(a, groups) {
  const by = new Map(a.bases.map((base) => [base.id, base.properties]));
  const name = namer(a.bases);
  return { ...places(a, by, name, groups), ...provinces(a), ...pairs(a, by, name), ...radii(a, name), ...chance(a) };
}

function places(a, by, name, groups) {
  const apart = a.near.rows.map((row) => row.distance_m / 1000);
  const lone = a.near.rows.filter((row) => !PAIRS.flat().includes(row.id));
  const off = a.bases.map((base) => base.properties.uncertainty_km).sort((x, y) => x - y);
  const rows = a.near.rows.map((row) => {
    const base = by.get(row.id);
    return [String(Number(row.id.slice(5))), name(row.id), base.province, base.industry, groups.get(base.industry_group).name_en, name(row.nearest), km(row.distance_m / 1000), fixed(base.uncertainty_km, 0)];
  });
  return {
    basesTable: table(["", "base", "province", "industry", "group", "nearest base", "km", "± km"], "rlllllrr", rows),
    n: number(a.bases.length),
    nearMean: km(a.near.mean_km),
    nearMedian: km(a.near.median_km),
    nearLeast: km(Math.min(...apart)),
    nearMost: km(Math.max(...apart)),
    farCount: number(lone.length),
    farNames: list(lone.map((row) => name(row.id))),
    farLeast: km(Math.min(...lone.map((row) => row.distance_m / 1000))),
    offLeast: fixed(off[0], 0),
    offMost: fixed(off.at(-1), 0),
    offMedian: fixed(off[(off.length - 1) / 2], 0),
  };
}

function provinces(a) {
  const rows = a.regions.features.map((region) => region.properties);
  const most = Math.max(...rows.map((row) => row.n));
  const tested = rows.filter((row) => row.q_value != null);
  claim(tested.every((row) => row.q_value > SURE), "no province has more than its share");
  return {
    provincesHeld: number(rows.filter((row) => row.n > 0).length),
    provinceMost: number(most),
    provinceNames: list(rows.filter((row) => row.n === most).map((row) => row.name)),
    provinceP: p(Math.min(...tested.map((row) => row.p_value))),
    provinceTests: String(tested.length),
  };
}

function pairs(a, by, name) {
  const found = clustersOf(a.pairs);
  const three = PAIRS.map((ids) => found.find((cluster) => cluster.members.join() === ids.join()));
  const at = (id, field) => by.get(id)[field];
  claim(three.every(Boolean) && found.length === PAIRS.length, "three pairs and nothing else");
  claim(["base-03", "base-05"].every((id) => at(id, "prefecture") === "Suzhou"), "Changshu and Taicang are in Suzhou");
  claim(at("base-09", "province") === "Chongqing" && at("base-10", "province") === "Sichuan", "a border runs between Tongnan and Suining");
  claim(["base-07", "base-11"].every((id) => at(id, "province") === "Hunan"), "Liuyang and Yueyang are in Hunan");
  claim(PAIRS.every(([one, other]) => at(one, "industry_group") === at(other, "industry_group")), "each pair is of one group");
  claim(found.every((cluster) => cluster.p_value > 0.9), "nearly all draws have a group as large");
  const [suzhou, border, hunan] = three;
  const rows = three.map((pair) => [
    pair.members.map(name).join(" – "),
    [...new Set(pair.members.map((id) => at(id, "province")))].join(" / "),
    pair.members.map((id) => at(id, "industry")).join("; "),
    km(pair.eps_from_km), km(pair.eps_to_km), `${(pair.eps_to_km / pair.eps_from_km).toFixed(1)}-fold`,
  ]);
  return {
    pairsTable: table(["pair", "province", "industries", "exists from, km", "to, km", "range"], "lllrrr", rows),
    pairs: number(PAIRS.length),
    suzhouFrom: km(suzhou.eps_from_km),
    borderFrom: km(border.eps_from_km),
    hunanFrom: km(hunan.eps_from_km),
    sizeP: p(found[0].p_value),
  };
}

function radii(a, name) {
  const steps = a.clusters.merges_km;
  const row = a.near.rows.find((row) => row.is_mutual && Math.abs(row.distance_m / 1000 - steps[3]) < 0.01);
  claim(row && !PAIRS.flat().includes(row.id), "the fourth merge joins two lone bases");
  claim(steps[2] / steps[1] > steps[3] / steps[2], "the gap before the third merge is the largest");
  return {
    eps: String(a.eps),
    mergesList: steps.map(km).join(" · "),
    pairsFrom: km(steps[2]), pairsTo: km(steps[3]), pairsFold: (steps[3] / steps[2]).toFixed(1),
    twoFrom: km(steps[1]), twoTo: km(steps[2]), twoFold: (steps[2] / steps[1]).toFixed(1),
    fourth: km(steps[3]), fourthPair: `${name(row.id)} and ${name(row.nearest)}`,
    jitter: fixed(a.clusters.method.parameters.jitter_km.value, 0),
    twoRadius: km(a.clusters.method.parameters.eps_km.value),
    pairsUnchanged: (a.pairs.unchanged * 100).toFixed(0),
    twoUnchanged: (a.clusters.unchanged * 100).toFixed(0),
  };
}

// How often chance alone makes two named bases the closest, or each other's nearest.
function chance(a) {
  const all = (a.bases.length * (a.bases.length - 1)) / 2;
  const mutual = a.near.rows.filter((row) => row.is_mutual).length / 2;
  const { value, p_value } = a.quotient.global;
  return {
    possiblePairs: String(all),
    mutual: number(mutual),
    closestP: (1 / all).toFixed(3),
    mutualP: (mutual / all).toFixed(3),
    quotient: value.toFixed(1),
    quotientP: p(p_value),
    quotientLead: p_value <= SURE ? "a lead and no evidence" : "not even a lead",
  };
}
