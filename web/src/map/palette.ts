/** The colours of the map in each theme. Those that the interface shares are checked against tokens.css by a test. */
import type { Theme } from '../state/view';

const light = {
  sea: '#DCE6EC',
  graticule: '#CFDCE4',
  land: '#F6F4EE',
  coast: '#B9C4CC',
  boundary: '#B3AC9C',
  place: '#606A76',
  ink: '#1B2430',
  ink2: '#4A5563',
  halo: '#FBFAF7',
  seal: '#A8321A',
  accent: '#1F4E8C',
};

export type Palette = typeof light;

const dark: Palette = {
  sea: '#0B1218',
  graticule: '#141E27',
  land: '#1C2732',
  coast: '#33424F',
  boundary: '#475868',
  place: '#8D9AA8',
  ink: '#E9EEF3',
  ink2: '#B4C0CC',
  halo: '#121A22',
  seal: '#FF9B7A',
  accent: '#8AB8F0',
};

export const palettes: Record<Theme, Palette> = { light, dark };

/** The fill of a mark whose industry is unknown; its keyline, like that of all marks, is the ink of the theme. */
export const unknownFill: Record<Theme, string> = { light: '#FFFFFF', dark: '#2A3744' };
