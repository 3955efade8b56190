// Which related industries stand near each base, and how much hangs on the measure and the decay.

import { DECAYS, MEASURES } from "./answers.mjs";
import { namer, shortIndustry } from "./names.mjs";
import { SURE, capital, claim, fixed, list, marked, number, p, table } from "./words.mjs";

const WORDS = { input_output: "input-output", cosine: "cosine", colocation: "co-location" };
const MIDDLE = DECAYS[1];
/** How many industries a cell of a table names. */
const NAMED = 3;
/** Up to which distance in metres a pair of bases counts as near. */
const NEAR_M = 150_000;

export function relatedFacts(a) {
  const name = namer(a.bases);
  const middle = a.related.input_output[MIDDLE];
  return { ...sites(a, middle), ...nearby(middle, name), ...sensitivity(a, name), ...between(a, name) };
}

function sites(a, middle) {
  const warned = (code) => middle.warnings.find((warning) => warning.code === code).message.match(/^\d+/)[0];
  const known = a.hubs.filter((hub) => hub.properties.industry_group).length;
  const placed = (...kinds) => a.hubs.filter((hub) => kinds.includes(hub.properties.precision)).length;
  const { within_km, min_relatedness, simulations } = middle.method.parameters;
  return {
    hubs: String(a.hubs.length),
    hubsKnown: String(known),
    hubsUnknown: String(a.hubs.length - known),
    hubsWithout: warned("sites_without_industry"),
    hubsDoubled: warned("counted_once"),
    sites: String(middle.sites),
    decay: String(MIDDLE),
    within: fixed(within_km.value, 0),
    least: String(min_relatedness.value),
    draws: simulations.value.toLocaleString("en-US"),
    measureRegions: String(a.related.colocation[MIDDLE].measure.regions),
    seats: String(placed("province", "prefecture_seat")),
    counties: String(placed("county_seat", "host_county")),
    exact: number(placed("exact_zone")),
  };
}

function nearby(answer, name) {
  const { index } = answer;
  const rows = index.map((one) => [name(one.id), String(one.near), fixed(one.value, 2), fixed(one.expected, 2), fixed(one.ratio, 2), p(one.p_value), marked(one.q_value)]);
  const nowhere = new Map(index.flatMap((one) => one.absent.filter((gone) => gone.nearest == null).map((gone) => [gone.code, gone.industry])));
  claim(nowhere.has("052"), "no hub anywhere is designated for rubber products");
  const [fewest, ...rest] = index.toSorted((x, y) => x.near - y.near);
  const most = rest.at(-1);
  return {
    relatedTable: table(["base", "hubs near", "index", "by chance", "ratio", "p", "q"], "lrrrrrr", rows),
    presentTable: table(["base", "related industries near: nearest hub, km", "missing: nearest hub, km"], "lll", index.map((one) => [name(one.id), present(answer, one.id), missing(one)])),
    nowhere: capital(number(nowhere.size)),
    leastNear: String(fewest.near), leastNearName: name(fewest.id),
    mostNear: String(most.near), mostNearName: name(most.id),
  };
}

/** The nearest hub of each related industry around a base, the most weighty first. */
export function nearestOfEach(answer, id) {
  const nearest = new Map();
  for (const { properties } of answer.features) {
    if (properties.from === id && !nearest.has(properties.to_code)) nearest.set(properties.to_code, properties);
  }
  return [...nearest.values()];
}

const some = (words, all) => (words.length ? words.join("; ") + (all > words.length ? `; ${all - words.length} more` : "") : "–");

function present(answer, id) {
  const nearest = nearestOfEach(answer, id);
  const words = (line) => `${shortIndustry(line.to_industry)}${line.is_same_industry ? " (its own)" : ""} ${fixed(line.distance_m / 1000, 0)}`;
  return some(nearest.slice(0, NAMED).map(words), nearest.length);
}

function missing(one) {
  const words = (gone) => `${shortIndustry(gone.industry)} ${gone.nearest_km == null ? "(no hub at all)" : fixed(gone.nearest_km, 0)}`;
  return some(one.absent.slice(0, NAMED).map(words), one.absent_count);
}

function sensitivity(a, name) {
  const ids = a.bases.map((base) => base.id);
  const runs = MEASURES.flatMap((measure) => DECAYS.map((decay) => a.related[measure][decay]));
  const at = (answer, id) => answer.index.find((one) => one.id === id);
  const all = new Map(ids.map((id) => [id, runs.map((answer) => at(answer, id))]));
  const which = (holds) => ids.filter((id) => holds(all.get(id)));
  const always = which((ones) => ones.every((one) => one.q_value <= SURE && one.ratio > 1));
  const never = which((ones) => ones.every((one) => one.q_value > SURE));
  claim(always.join() === "base-01" && never.length === ids.length - 1, "Beijing alone has more related around it, whatever the measure and the decay");
  const above = which((ones) => ones.every((one) => one.ratio > 1)).filter((id) => !always.includes(id));
  const below = which((ones) => ones.every((one) => one.ratio < 1));
  const sides = never.filter((id) => !above.includes(id) && !below.includes(id));
  claim(above.length > 1 && sides.length > 1, "some are above in every combination, some change sides");
  const beijing = all.get("base-01");
  const cell = (one) => `${fixed(one.ratio, 2)} (${marked(one.q_value)})`;
  const grid = (answers) => ids.map((id) => [name(id), ...answers.map((answer) => cell(at(answer, id)))]);
  return {
    decayTable: table(["base", ...DECAYS.map((decay) => `${decay} km: ratio (q)`)], "lrrr", grid(DECAYS.map((decay) => a.related.input_output[decay]))),
    measureTable: table(["base", ...MEASURES.map((measure) => `${WORDS[measure]}: ratio (q)`)], "lrrr", grid(MEASURES.map((measure) => a.related[measure][MIDDLE]))),
    runs: number(runs.length),
    others: number(never.length),
    beijingLeast: fixed(Math.min(...beijing.map((one) => one.ratio)), 1),
    beijingMost: fixed(Math.max(...beijing.map((one) => one.ratio)), 1),
    beijingQ: p(Math.max(...beijing.map((one) => one.q_value))),
    beijingNear: String(at(a.related.input_output[MIDDLE], "base-01").near),
    nextQ: p(Math.min(...never.flatMap((id) => all.get(id).map((one) => one.q_value)))),
    aboveNames: list(above.map(name)),
    sidesNames: list(sides.map(name)),
    sidesCount: number(sides.length),
    belowWords: below.length ? `${list(below.map(name))} ${below.length === 1 ? "is" : "are"} below chance in all, and never surely so` : "No base is below chance in all",
  };
}

// Which bases are related to which, near and far.
function between(a, name) {
  const found = MEASURES.map((measure) => best(a.among[measure].features));
  const least = a.related.input_output[MIDDLE].method.parameters.min_relatedness.value;
  const rows = [...found[0].values()].filter((pair) => pair.relatedness >= least).sort((x, y) => x.distance_m - y.distance_m);
  const near = rows.filter((pair) => pair.distance_m < NEAR_M);
  claim(near.length === 3, "three of the related pairs of bases stand within 150 km");
  const cells = (pair) => found.map((pairs) => fixed(pairs.get(`${pair.from} ${pair.to}`)?.relatedness, 2));
  return {
    betweenTable: table(["bases", "km", "through", ...MEASURES.map((measure) => WORDS[measure])], "lrlrrr",
      rows.map((pair) => [`${name(pair.from)} – ${name(pair.to)}`, fixed(pair.distance_m / 1000, 0), through(pair), ...cells(pair)])),
    betweenCount: capital(number(rows.length)),
    betweenNear: number(near.length),
    betweenFar: fixed(rows[near.length].distance_m / 1000, 0),
    tradeBorder: fixed(found[0].get("base-09 base-10").relatedness, 2),
  };
}

const through = (pair) =>
  pair.from_code === pair.to_code ? shortIndustry(pair.from_industry) : `${shortIndustry(pair.from_industry)} – ${shortIndustry(pair.to_industry)}`;

/** The most related line between each two bases, by the lower and the higher id. */
export function best(features) {
  const found = new Map();
  for (const { properties } of features) {
    const key = `${properties.from} ${properties.to}`;
    if (properties.from < properties.to && !(found.get(key)?.relatedness >= properties.relatedness)) found.set(key, properties);
  }
  return found;
}
