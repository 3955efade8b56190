/** The messages of the upload: their own catalogue, loaded with it. */
import type { Lang } from '../state/view';
import { filled } from './index';
import en from './messages/upload.en.json';
import zh from './messages/upload.zh-Hans.json';

export type UploadKey = keyof typeof en;

const catalogues: Record<Lang, Record<UploadKey, string>> = { en, zh };

export function uploadMessage(lang: Lang, key: UploadKey, values?: Record<string, string | number>): string {
  return filled(lang, catalogues[lang][key], values);
}
