// Pieces of SVG that every figure uses.

export const INK = "#1f2933";
export const MUTED = "#66727f";
export const LINE = "#c3cbd3";
const FONT = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** A number as short as a drawing needs it. */
export const r = (value) => String(Math.round(value * 10) / 10 || 0);

const escape = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** One element; attributes that are undefined are left out. */
export function tag(name, attributes, inside = "") {
  const written = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const all = written.map(([key, value]) => ` ${key}="${typeof value === "number" ? r(value) : escape(value)}"`).join("");
  return inside === "" ? `<${name}${all}/>` : `<${name}${all}>${inside}</${name}>`;
}

/** A text; `halo` keeps it readable over lines. */
export function text(x, y, words, { size = 12, fill = INK, anchor, weight, halo, turn } = {}) {
  const around = halo ? { stroke: "#fff", "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round" } : {};
  const transform = turn ? `rotate(${turn} ${r(x)} ${r(y)})` : undefined;
  return tag("text", { x, y, "font-size": size, fill, "text-anchor": anchor, "font-weight": weight, transform, ...around }, escape(words));
}

export const circle = (x, y, radius, attributes) => tag("circle", { cx: x, cy: y, r: radius, ...attributes });
export const line = (x1, y1, x2, y2, attributes = {}) => tag("line", { x1, y1, x2, y2, stroke: LINE, ...attributes });
export const rect = (x, y, width, height, attributes) => tag("rect", { x, y, width, height, ...attributes });
export const path = (points, closed = false) => (points.length ? `M${points.map(([x, y]) => `${r(x)} ${r(y)}`).join("L")}${closed ? "Z" : ""}` : "");

/** A whole drawing on white, with what it shows in words for who cannot see it. */
export function drawing(width, height, title, parts) {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="${escape(FONT)}">`;
  return [head, `<title>${escape(title)}</title>`, rect(0, 0, width, height, { fill: "#fff" }), ...parts.flat(Infinity), "</svg>", ""].join("\n");
}

// Nine steps from light to dark, of one hue, readable in grey.
const RAMP = ["#f2f6fa", "#dfeaf4", "#c6dbec", "#a3c6e0", "#77aad0", "#4a8abd", "#2a6ba5", "#174f86", "#0b3562"];

/** A colour for a value from 0 to 1. */
export const ramp = (value) => RAMP[Math.min(RAMP.length - 1, Math.floor(value * RAMP.length))];
export const onRamp = (value) => (value > 0.5 ? "#fff" : INK);
