/** Draws the marks of the industry groups on a canvas: no sprite is fetched. */
import type { Map as MapLibreMap } from 'maplibre-gl';
import type { IndustryGroup } from '../api/types';
import type { Lang, Theme } from '../state/view';
import { registerChineseFonts } from './fonts';
import { palettes, unknownFill } from './palette';

const diameter = 22;
const dotDiameter = 12;
const keylineWidth = 1.2;

interface Mark {
  fill: string;
  /** The colour of the code. */
  ink: string;
  keyline: string | null;
  code: string;
}

/** Adds the marks and plain discs in one language and theme. Chinese codes wait for their font. */
export async function addMarks(map: MapLibreMap, groups: readonly IndustryGroup[], lang: Lang, theme: Theme): Promise<void> {
  if (lang === 'zh') registerChineseFonts();
  const codes = groups.map((group) => (lang === 'zh' ? group.code_zh : group.code_en)).join('');
  await document.fonts.load(`600 11px ${lang === 'zh' ? '"Noto Sans SC"' : '"Inter"'}`, codes);
  const keyline = palettes[theme].ink;
  add(map, `city/${theme}`, disc(5, { fill: palettes[theme].place, ink: '', keyline: null, code: '' }, false));
  addGroup(map, 'none', `${lang}/${theme}`, { fill: unknownFill[theme], ink: '', keyline, code: '' });
  for (const group of groups) {
    const code = lang === 'zh' ? group.code_zh : group.code_en;
    addGroup(map, group.id, `${lang}/${theme}`, { fill: group.colour, ink: group.text_colour, keyline, code });
  }
}

function addGroup(map: MapLibreMap, id: string, variant: string, mark: Mark): void {
  for (const coarse of [false, true]) {
    const name = coarse ? `${id}/seat` : id;
    add(map, `mark/${name}/${variant}`, disc(diameter, mark, coarse));
    add(map, `dot/${name}/${variant}`, disc(dotDiameter, { ...mark, code: '' }, coarse));
    add(map, `square/${name}/${variant}`, disc(diameter, mark, coarse, true));
  }
}

function add(map: MapLibreMap, name: string, image: ImageData): void {
  if (!map.hasImage(name)) map.addImage(name, image, { pixelRatio: ratio() });
}

function ratio(): number {
  return Math.max(2, Math.ceil(devicePixelRatio));
}

/** A disc, or a square for the user's list, with a keyline, dotted where the place is coarse, and the code in it. */
function disc(size: number, { fill, ink, keyline, code }: Mark, coarse: boolean, square = false): ImageData {
  const canvas = document.createElement('canvas');
  const scale = ratio();
  canvas.width = canvas.height = Math.ceil((size + 2) * scale);
  const context = canvas.getContext('2d');
  if (context === null) return new ImageData(1, 1);
  context.scale(scale, scale);
  const middle = (size + 2) / 2;
  outline(context, middle, size / 2, square);
  context.fillStyle = fill;
  context.fill();
  if (keyline !== null) drawKeyline(context, keyline, middle, size / 2, coarse, square);
  if (code !== '') {
    context.fillStyle = ink;
    context.font = `600 ${code.length > 1 ? 10.5 : 12}px "Inter", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif`;
    context.textAlign = 'center';
    const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = context.measureText(code);
    context.fillText(code, middle, middle + (up - down) / 2);
  }
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function drawKeyline(context: CanvasRenderingContext2D, colour: string, middle: number, radius: number, coarse: boolean, square: boolean): void {
  const isDot = radius < 8;
  context.strokeStyle = colour;
  context.globalAlpha = isDot ? 0.7 : 1; // many dots with full keylines would outshout the bases
  context.lineWidth = keylineWidth;
  if (coarse) {
    const dots = isDot ? 9 : 18;
    const step = (2 * Math.PI * radius) / dots;
    context.lineCap = 'butt';
    context.setLineDash([step * 0.5, step * 0.5]);
  }
  outline(context, middle, radius - keylineWidth / 2 + 0.5, square);
  context.stroke();
}

function outline(context: CanvasRenderingContext2D, middle: number, radius: number, square: boolean): void {
  context.beginPath();
  if (square) context.roundRect(middle - radius * 0.94, middle - radius * 0.94, radius * 1.88, radius * 1.88, 3);
  else context.arc(middle, middle, radius, 0, 2 * Math.PI);
}
