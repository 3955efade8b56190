// What the template may say: every number, every table, and every word that depends on a number.

import { basesFacts } from "./facts_bases.mjs";
import { hubsFacts } from "./facts_hubs.mjs";
import { misprintFacts } from "./facts_misprint.mjs";
import { relatedFacts } from "./facts_related.mjs";

/** All placeholders of the template, by name. */
export function facts(a, groups, asked) {
  const once = [...new Set(asked)];
  return { ...basesFacts(a, groups), ...misprintFacts(a), ...relatedFacts(a), ...hubsFacts(a, groups), commands: once.join("\n"), commandCount: String(once.length) };
}
