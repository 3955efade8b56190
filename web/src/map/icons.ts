/** Draws the marks of the industry groups on a canvas: no sprite is fetched. */
import type { Map as MapLibreMap } from 'maplibre-gl';
import type { IndustryGroup } from '../api/types';
import type { Lang } from '../state/view';
import { markerInk, unknownFill } from './palette';

const diameter = 22;
const dotDiameter = 12;
const keyline = 1.2;

interface Mark {
  fill: string;
  ink: string;
  code: string;
}

/** Adds the marks in one language, and the plain discs. Chinese codes wait for their font. */
export async function addMarks(map: MapLibreMap, groups: readonly IndustryGroup[], lang: Lang): Promise<void> {
  const codes = groups.map((group) => (lang === 'zh' ? group.code_zh : group.code_en)).join('');
  await document.fonts.load(`600 11px ${lang === 'zh' ? '"Noto Sans SC"' : '"Inter"'}`, codes);
  const unknown = { fill: unknownFill, ink: markerInk, code: '' };
  add(map, 'city', disc(5, { fill: '#8D9AA8', ink: '', code: '' }, false));
  addGroup(map, 'none', lang, unknown);
  for (const group of groups) {
    const code = lang === 'zh' ? group.code_zh : group.code_en;
    addGroup(map, group.id, lang, { fill: group.colour, ink: group.text_colour, code });
  }
}

function addGroup(map: MapLibreMap, id: string, lang: Lang, mark: Mark): void {
  for (const coarse of [false, true]) {
    const name = coarse ? `${id}/seat` : id;
    add(map, `mark/${name}/${lang}`, disc(diameter, mark, coarse));
    add(map, `dot/${name}`, disc(dotDiameter, { ...mark, code: '' }, coarse));
  }
}

function add(map: MapLibreMap, name: string, image: ImageData): void {
  if (!map.hasImage(name)) map.addImage(name, image, { pixelRatio: ratio() });
}

function ratio(): number {
  return Math.max(2, Math.ceil(devicePixelRatio));
}

/** A disc with a keyline, dotted where the place is coarse, and the code in it. */
function disc(size: number, { fill, ink, code }: Mark, coarse: boolean): ImageData {
  const canvas = document.createElement('canvas');
  const scale = ratio();
  canvas.width = canvas.height = Math.ceil((size + 2) * scale);
  const context = canvas.getContext('2d');
  if (context === null) return new ImageData(1, 1);
  context.scale(scale, scale);
  const middle = (size + 2) / 2;
  context.beginPath();
  context.arc(middle, middle, size / 2, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.fill();
  if (ink !== '') drawKeyline(context, middle, size / 2, coarse);
  if (code !== '') {
    context.fillStyle = ink;
    context.font = `600 ${code.length > 1 ? 10.5 : 12}px "Inter", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", sans-serif`;
    context.textAlign = 'center';
    const { actualBoundingBoxAscent: up, actualBoundingBoxDescent: down } = context.measureText(code);
    context.fillText(code, middle, middle + (up - down) / 2);
  }
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function drawKeyline(context: CanvasRenderingContext2D, middle: number, radius: number, coarse: boolean): void {
  context.strokeStyle = markerInk;
  context.lineWidth = keyline;
  if (coarse) {
    const dots = radius > 8 ? 18 : 10;
    const step = (2 * Math.PI * radius) / dots;
    context.lineCap = 'butt';
    context.setLineDash([step * 0.5, step * 0.5]);
  }
  context.beginPath();
  context.arc(middle, middle, radius - keyline / 2 + 0.5, 0, 2 * Math.PI);
  context.stroke();
}
