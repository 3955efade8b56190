// Short names of bases, industries and groups.

const MUNICIPALITIES = ["Beijing", "Shanghai", "Tianjin", "Chongqing"];
const PLAIN = /^(Manufacture|Processing) of /;

/** "Yong'an, Liuyang" is Liuyang; a part of a district of a municipality is the municipality. */
export function shortName({ place, province }) {
  const parts = place.split(", ");
  return parts.length > 1 && MUNICIPALITIES.includes(province) ? province : parts.at(-1);
}

/** A function from the id of a base to its short name. */
export function namer(bases) {
  const names = new Map(bases.map((base) => [base.id, shortName(base.properties)]));
  return (id) => names.get(id);
}

/** "Manufacture of auto parts and accessories" is "auto parts and accessories". */
export function shortIndustry(name) {
  const short = name.replace(PLAIN, "");
  return /^[A-Z][a-z]/.test(short) ? short[0].toLowerCase() + short.slice(1) : short;
}

/** The rows of industry_groups.csv by id. */
export function groupsOf(csv) {
  const [heads, ...rows] = csv.trim().split("\n").map(cells);
  return new Map(rows.map((row) => [row[0], Object.fromEntries(heads.map((head, i) => [head, row[i]]))]));
}

const cells = (line) => [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^",]*))/g)].map((found) => found[1] ?? found[2]);
