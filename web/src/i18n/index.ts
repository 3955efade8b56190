/** Messages in ICU MessageFormat. Keys are typed from the English catalogue; a test compares the two. */
import { IntlMessageFormat } from 'intl-messageformat';
import type { Lang } from '../state/view';
import en from './messages/en.json';
import zh from './messages/zh-Hans.json';

export type MessageKey = keyof typeof en;

const catalogues: Record<Lang, Record<MessageKey, string>> = { en, zh };

/** The tag for `lang` attributes and for Intl. */
export const tagOf: Record<Lang, string> = { en: 'en', zh: 'zh-Hans' };

const formats = new Map<string, IntlMessageFormat>();

export function message(lang: Lang, key: MessageKey, values?: Record<string, string | number>): string {
  return filled(lang, catalogues[lang][key], values);
}

/** A message with its values filled in. */
export function filled(lang: Lang, text: string, values?: Record<string, string | number>): string {
  if (!text.includes('{')) return text;
  const cacheKey = `${lang}/${text}`;
  let format = formats.get(cacheKey);
  if (!format) formats.set(cacheKey, (format = new IntlMessageFormat(text, tagOf[lang])));
  return String(format.format(values));
}

/** A distance for reading: one decimal below ten kilometres, none above. */
export function kilometres(lang: Lang, metres: number): string {
  const km = metres / 1000;
  return new Intl.NumberFormat(tagOf[lang], {
    style: 'unit',
    unit: 'kilometer',
    unitDisplay: 'short',
    maximumFractionDigits: km < 10 ? 1 : 0,
  }).format(km);
}

export function date(lang: Lang, iso: string): string {
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : tagOf[lang], { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(iso));
}

/** The first language of the browser that the page speaks. */
export function browserLang(languages: readonly string[]): Lang {
  for (const tag of languages) {
    if (/^zh\b/i.test(tag)) return 'zh';
    if (/^en\b/i.test(tag)) return 'en';
  }
  return 'en';
}
