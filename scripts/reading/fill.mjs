// Fills the template, and sees to it that no number was typed into it.

import { numberZh } from "./words.mjs";

// Numbers that are no results: names of things, levels that were chosen beforehand.
const TYPED = [/base 3/gi, /p ≤ 0\.05/g, /(at|of) 0\.05\b/g, /0\.02 or 0\.05/g, /^\d\. /gm];

/** The text of a template with `{{name}}` replaced; `{{name:zh}}` turns a number in words into Chinese. */
export function fill(template, facts) {
  refuseNumbers(template);
  return template.replace(/\{\{(\w+)(:zh)?\}\}/g, (asked, name, zh) => {
    const fact = facts[name];
    if (typeof fact !== "string" || /undefined|NaN/.test(fact)) throw new Error(`the template asks for ${asked}, and the answers give ${fact}`);
    return zh ? numberZh(fact) : fact;
  });
}

function refuseNumbers(template) {
  const words = [/\{\{.*?\}\}/g, ...TYPED].reduce((text, typed) => text.replace(typed, ""), template);
  const line = words.split("\n").find((line) => /\d/.test(line));
  if (line) throw new Error(`a number is typed into the template instead of computed: "${line}"`);
}
