/** Choices kept in the browser between visits. Where storing is forbidden, they last for the page. */
import type { Lang, Theme } from './view';

interface Preferences {
  lang: Lang;
  theme: Theme;
  letterKeys: 'on' | 'off';
}

export function stored<K extends keyof Preferences>(key: K, allowed: readonly Preferences[K][]): Preferences[K] | null {
  try {
    const text = localStorage.getItem(`jidi.${key}`);
    return allowed.find((value) => value === text) ?? null;
  } catch {
    return null;
  }
}

export function store<K extends keyof Preferences>(key: K, value: Preferences[K]): void {
  try {
    localStorage.setItem(`jidi.${key}`, value);
  } catch {
    // The choice still holds until the page is closed.
  }
}
