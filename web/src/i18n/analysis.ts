/** The messages of the analyses: their own catalogue, loaded with them. */
import type { Lang } from '../state/view';
import { filled } from './index';
import en from './messages/analysis.en.json';
import zh from './messages/analysis.zh-Hans.json';

export type AnalysisKey = keyof typeof en;

const catalogues: Record<Lang, Record<AnalysisKey, string>> = { en, zh };

export function analysisMessage(lang: Lang, key: AnalysisKey, values?: Record<string, string | number>): string {
  return filled(lang, catalogues[lang][key], values);
}
