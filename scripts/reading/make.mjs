#!/usr/bin/env node
// Makes docs/reading.md and its figures from the answers of the binary.
// Usage: make.mjs BINARY [FOLDER]   (FOLDER is docs unless given)

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { answers } from "./answers.mjs";
import { asker } from "./ask.mjs";
import { facts } from "./facts.mjs";
import { lines } from "./figure_lines.mjs";
import { m } from "./figure_m.mjs";
import { map } from "./figure_map.mjs";
import { merges } from "./figure_merges.mjs";
import { relatedness } from "./figure_relatedness.mjs";
import { fill } from "./fill.mjs";
import { groupsOf } from "./names.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");
const [binary, folder = join(root, "docs")] = process.argv.slice(2);
if (!binary) {
  console.error("usage: scripts/reading/make.mjs BINARY [FOLDER]");
  process.exit(2);
}

const ask = asker(resolve(binary));
try {
  const given = answers(ask);
  const groups = groupsOf(readFileSync(join(root, "geodata", "industry_groups.csv"), "utf8"));
  const page = fill(readFileSync(join(here, "template.md"), "utf8"), facts(given, groups, ask.asked));
  const figures = { map, merges, lines, relatedness, m };
  mkdirSync(join(folder, "reading"), { recursive: true });
  for (const [name, draw] of Object.entries(figures)) writeFileSync(join(folder, "reading", `${name}.svg`), draw(given, groups));
  writeFileSync(join(folder, "reading.md"), page);
  console.error(`${join(folder, "reading.md")} and ${Object.keys(figures).length} figures are new`);
} finally {
  ask.done();
}
