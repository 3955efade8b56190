/**
 * One table of fonts for the page and for the map: Inter for Latin, the subsets of Noto Sans SC for Chinese.
 * Latin comes first, otherwise quotation marks come out full-width. A browser fetches only what it draws.
 */
import type { FontFacesSpecification } from 'maplibre-gl';
import interLatin from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url';
import interLatinExt from '@fontsource-variable/inter/files/inter-latin-ext-wght-normal.woff2?url';
import { notoSubsets } from '../generated/noto-subsets';

/** The name of the map's font, in `font-faces` and in every `text-font`. */
export const mapFont = 'Jidi Regular';

const latin = '0000-00FF,0131,0152-0153,02BB-02BC,02C6,02DA,02DC,0304,0308,0329,2000-206F,20AC,2122,2191,2193,2212,2215,FEFF,FFFD';
const latinExt = '0100-02BA,02BD-02C5,02C7-02CC,02CE-02D7,02DD-02FF,1D00-1DBF,1E00-1E9F,1EF2-1EFF,20A0-20AB,20AD-20C0,2113,2C60-2C7F,A720-A7FF';

function ranges(characters: string): string[] {
  return characters.split(',').map((range) => `U+${range}`);
}

export const fontFaces: FontFacesSpecification = {
  [mapFont]: [
    { url: absolute(interLatin), 'unicode-range': ranges(latin) },
    { url: absolute(interLatinExt), 'unicode-range': ranges(latinExt) },
    ...notoSubsets.map(([regular, , characters]) => ({ url: absolute(regular), 'unicode-range': ranges(characters) })),
  ],
};

function absolute(url: string): string {
  return new URL(url, location.origin).href;
}

let registered = false;

/** Registers the Chinese fonts for the page; the browser fetches a subset when a character of it is drawn. */
export function registerChineseFonts(): void {
  if (registered) return;
  registered = true;
  for (const [regular, bold, characters] of notoSubsets) {
    const unicodeRange = ranges(characters).join(',');
    document.fonts.add(new FontFace('Noto Sans SC', `url(${regular})`, { unicodeRange, weight: '400', display: 'swap' }));
    document.fonts.add(new FontFace('Noto Sans SC', `url(${bold})`, { unicodeRange, weight: '600', display: 'swap' }));
  }
}
