/** Messages of the upload in the language of the page, and text as a file to keep. */
import { uploadMessage, type UploadKey } from '../../i18n/upload';
import { store } from '../store.svelte';
import type { Lang } from '../view';
import type { Fault, Source } from './source';

export function u(key: UploadKey, values?: Record<string, string | number>): string {
  return uploadMessage(store.lang, key, values);
}

/** What the service said, in the language of the page where it speaks it, else in English. */
export function spoken(en: string | null, zh: string | null | undefined): { text: string; lang: Lang } | null {
  if (store.lang === 'zh' && zh) return { text: zh, lang: 'zh' };
  return en ? { text: en, lang: 'en' } : null;
}

export function faultWords({ reason, value }: Fault): string {
  return u(`fault.${reason}`, { value });
}

export function lineWords(line: number, { unit }: Pick<Source, 'unit'>): string {
  return u(`faults.${unit}`, { line });
}

export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  [link.href, link.download] = [url, name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The name of a file made from the list: the list's own name, and what this one is. */
export function fileName(source: Pick<Source, 'name'> | null, what: string): string {
  const own = (source?.name ?? '').replace(/\.[^.]*$/, '').replace(/[^\p{L}\p{N}._-]+/gu, '-');
  return `${own || 'list'}-${what}`;
}
