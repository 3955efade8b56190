/** Style expressions that follow the global state. */
import type { ExpressionSpecification } from 'maplibre-gl';
import type { Palette } from './palette';

export function colour(name: keyof Palette): ExpressionSpecification {
  return ['global-state', name];
}

/** The Chinese or the English property, by the language of the page. */
export function byLang(zh: string, en: string): ExpressionSpecification {
  return ['case', ['==', ['global-state', 'lang'], 'zh'], ['get', zh], ['get', en]];
}
