// Which industries of the hubs stand together, and how much of that is one place named twice.

import { GROUPS } from "./answers.mjs";
import { SURE, capital, claim, fixed, list, marked, number, p, table } from "./words.mjs";

const LEVELS = { province: "provinces", prefecture: "prefectures", cells: "equal-area cells" };

const SHORT = { consumer: "consumer goods", other: "the remainder" };
/** The name of a group within a sentence. */
export const short = (id) => SHORT[id] ?? id;
const names = (ids) => list(ids.map(short));

export function hubsFacts(a, groups) {
  const named = (id) => groups.get(id).name_en;
  return { ...curves(a, named), ...regions(a, named), ...quotients(a), ...doubles(a) };
}

function curves({ m, kd, mOnce }, named) {
  const rows = GROUPS.map((group) => [
    named(group), String(kd[group].points), p(m[group].global_p), marked(m[group].q), p(kd[group].global_p), marked(kd[group].q),
    String(mOnce[group].points), p(mOnce[group].global_p), marked(mOnce[group].q),
  ]);
  const sure = (found) => GROUPS.filter((group) => found[group].q <= SURE);
  const [byM, byKd, once] = [m, kd, mOnce].map(sure);
  claim(byM.length > once.length, "fewer groups differ once each place counts once");
  return {
    curvesTable: table(["group", "hubs", "M: p", "q", "K-density: p", "q", "each place once: hubs", "M: p", "q"], "lrrrrrrrr", rows),
    groupCount: number(GROUPS.length),
    mWords: byM.length === GROUPS.length ? `All ${number(GROUPS.length)} groups differ` : `${capital(names(byM))} differ`,
    kdWords: byKd.length ? names(byKd) : "none",
    onceWords: `${number(once.length)} of the ${number(GROUPS.length)} groups ${once.length === 1 ? "differs" : "differ"}`,
    onceZh: once.length ? `只有${once.length}类` : "没有一类",
    curveDraws: String(m[GROUPS[0]].method.parameters.simulations.value),
  };
}

function regions(a, named) {
  const levels = Object.keys(LEVELS);
  const row = (level, group) => a.concentration[level].rows.find((one) => one.industry === group);
  const cell = ({ gamma, q_value }) => `${fixed(gamma, 3)} (${marked(q_value)})`;
  const sure = (group) => levels.filter((level) => row(level, group).q_value <= SURE && row(level, group).gamma > 0).length;
  const always = GROUPS.filter((group) => sure(group) === levels.length);
  const some = GROUPS.filter((group) => sure(group) > 0 && sure(group) < levels.length);
  const most = Math.max(...GROUPS.filter((group) => group !== "other").flatMap((group) => levels.map((level) => row(level, group).gamma)));
  claim(some.length > 0 && most <= 0.0205, "some groups are concentrated in some divisions only, and none by much");
  return {
    regionsTable: table(["group", ...levels.map((level) => `${LEVELS[level]}: γ (q)`)], "lrrr", GROUPS.map((group) => [named(group), ...levels.map((level) => cell(row(level, group)))])),
    alwaysWords: always.length ? `In all ${number(levels.length)} divisions only ${names(always)} ${always.length === 1 ? "is" : "are"} more concentrated than plants thrown at the map` : "No group is more concentrated than plants thrown at the map in all divisions",
    someWords: names(some),
    gammaMost: fixed(most, 3),
  };
}

function quotients(a) {
  const key = (row) => `${row.from} ${row.to}`;
  const once = new Map(a.colocationOnce.rows.map((row) => [key(row), row]));
  const sure = a.colocation.rows.filter((row) => row.q_value <= SURE);
  const both = sure.filter((row) => once.get(key(row)).q_value <= SURE);
  const shown = a.colocation.rows.filter((row) => row.q_value <= SURE || once.get(key(row)).q_value <= SURE).sort((x, y) => y.value - x.value);
  claim(both.length === 2 && both.every((row) => [row.from, row.to].sort().join() === "electronics,software"), "electronics and software stand by each other, whichever way one counts");
  claim(a.colocation.global.p_value <= SURE && a.colocationOnce.global.p_value > SURE, "what stands by its own kind is gone once each place counts once");
  const values = both.flatMap((row) => [row.value, once.get(key(row)).value]);
  const rows = shown.map((row) => [`${short(row.from)} → ${short(row.to)}`, fixed(row.value, 2), marked(row.q_value), fixed(once.get(key(row)).value, 2), marked(once.get(key(row)).q_value)]);
  return {
    quotientTable: table(["nearest neighbour", "quotient", "q", "each place once", "q"], "lrrrr", rows),
    quotientTests: String(a.colocation.rows.length),
    quotientSure: number(sure.length),
    quotientGlobal: fixed(a.colocation.global.value, 2), quotientGlobalP: p(a.colocation.global.p_value),
    onceGlobal: fixed(a.colocationOnce.global.value, 2), onceGlobalP: p(a.colocationOnce.global.p_value),
    softwareFrom: fixed(Math.min(...values), 1), softwareTo: fixed(Math.max(...values), 1),
  };
}

function doubles(a) {
  const known = a.hubs.filter((hub) => hub.properties.industry_group).length;
  return { singles: String(a.single.length), doubles: String(known - a.single.length) };
}
