/** Coordinates as people write them: decimals, full-width digits, degrees and minutes. */

const decimal = /^[+-]?\d+(?:[.,]\d+)?$/;
const sexagesimal =
  /^([NSEW北南东西])?(?:纬|经)?\s*(\d{1,3}(?:\.\d+)?)\s*[°度]?\s*(?:(\d{1,2}(?:\.\d+)?)\s*['’′分]\s*)?(?:(\d{1,2}(?:\.\d+)?)\s*(?:["”秒]|''|′′|’’)\s*)?([NSEW北南东西])?$/;

/** Degrees, or null where the text is no coordinate. */
export function degrees(written: string): number | null {
  const text = plain(written);
  if (decimal.test(text)) return Number(text.replace(',', '.'));
  const match = sexagesimal.exec(text);
  if (match === null) return null;
  const [, before, whole = '', minutes = '0', seconds = '0', after] = match;
  const value = (Number(whole) * 3600 + Number(minutes) * 60 + Number(seconds)) / 3600;
  return /[SW南西]/.test(before ?? after ?? '') ? -value : value;
}

/** Whether a coordinate had to be turned into plain decimals. */
export function isRewritten(written: string): boolean {
  return degrees(written) !== null && !/^[+-]?\d+(\.\d+)?$/.test(written.trim());
}

function plain(written: string): string {
  return written.trim().replace('º', '°').normalize('NFKC').toUpperCase().replace(/\s*[°度]$/, '');
}

/** Whether a pair only makes sense the other way round: outside the globe, or far from China as it stands. */
export function isSwapped(lon: number, lat: number): boolean {
  if (Math.abs(lat) > 90) return Math.abs(lon) <= 90 && Math.abs(lat) <= 180;
  return !inChina(lon, lat) && inChina(lat, lon);
}

function inChina(lon: number, lat: number): boolean {
  return lon >= 73 && lon <= 136 && lat >= 3 && lat <= 54;
}
