// How numbers and claims are put into words.

const ENGLISH = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"];
const CHINESE = ["零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一"];

/** From which false discovery rate on nothing is claimed. */
export const SURE = 0.05;

/** Benjamini and Hochberg (1995): the least false discovery rate at which each would be rejected. */
export function bhAdjusted(p) {
  const order = p.map((_, i) => i).sort((a, b) => p[b] - p[a]);
  const q = Array(p.length);
  let least = 1;
  order.forEach((i, place) => {
    least = Math.min(least, (p[i] * p.length) / (p.length - place));
    q[i] = least;
  });
  return q;
}

export const km = (kilometres) => kilometres.toFixed(kilometres < 99.95 ? 1 : 0);
export const fixed = (value, digits) => (value == null ? "–" : value.toFixed(digits));

/** A p-value or q-value, never rounded to nought nor down to the level that is asked about. */
export function p(value) {
  if (value == null) return "–";
  if (value < 0.0005) return value.toFixed(4);
  const text = value.toFixed(value < 0.1 ? 3 : 2);
  return value > SURE && Number(text) <= SURE ? value.toFixed(4) : text;
}

/** Bold where the false discovery rate is held. */
export const marked = (q) => (q != null && q <= SURE ? `**${p(q)}**` : p(q));
export const number = (n) => ENGLISH[n] ?? String(n);
export const numberZh = (words) => CHINESE[ENGLISH.indexOf(words)] ?? words;
export const list = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);
export const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** A table in Markdown: the heads, the side of each column (`l` or `r`), the rows. */
export function table(heads, sides, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [heads, [...sides].map((side) => (side === "r" ? "---:" : "---")), ...rows].map(line).join("\n");
}

/** Stops when what the text says is no longer what the answers say. */
export function claim(holds, words) {
  if (!holds) throw new Error(`the reading says "${words}", and the answers no longer do: rewrite the template`);
}
