/** What pointers do on the map: point at a site, select it, or ask from here. */
import type { Map as MapLibreMap, MapMouseEvent, MapTouchEvent, PointLike } from 'maplibre-gl';
import type { LonLat } from '../state/view';
import { next } from './stack';
import { siteMarkLayers } from './style-sites';

export interface Interactions {
  selected: () => string | null;
  hover: (id: string | null) => void;
  select: (id: string | null) => void;
  here: (position: LonLat) => void;
  /** Takes a click, if a row is being placed by hand. */
  place: (position: LonLat) => boolean;
  choose: (number: number) => void;
}

const longPress_ms = 550;

export function listen(map: MapLibreMap, { selected, hover, select, here, place, choose }: Interactions): void {
  let hovered: string | null = null;
  const pointAt = (id: string | null) => {
    if (id === hovered) return;
    hovered = id;
    map.getCanvas().style.cursor = id === null ? '' : 'pointer';
    hover(id);
  };
  map.on('mousemove', (event) => pointAt(sitesAt(map, event.point, 2)[0] ?? null));
  map.on('mouseout', () => pointAt(null));
  map.on('click', ({ point, lngLat }) => {
    const { lng, lat } = lngLat.wrap();
    if (place({ lon: lng, lat })) return;
    const tolerance = coarsePointer() ? 10 : 3;
    const choice = map.queryRenderedFeatures(around(point, tolerance), { layers: ['choice-marks'] })[0];
    if (choice) choose(Number(choice.properties.number));
    else select(next(sitesAt(map, point, tolerance), selected()));
  });
  map.on('contextmenu', (event: MapMouseEvent) => {
    event.preventDefault();
    here({ lon: event.lngLat.wrap().lng, lat: event.lngLat.lat });
  });
  listenLongPress(map, here);
}

/** The sites drawn within `tolerance` pixels of a point: bases before hubs, the nearer before the farther. */
function sitesAt(map: MapLibreMap, point: { x: number; y: number }, tolerance: number): string[] {
  const box = around(point, tolerance);
  const found = siteMarkLayers.flatMap((layer) =>
    map
      .queryRenderedFeatures(box, { layers: [layer] })
      .flatMap(({ geometry, properties }) => {
        if (geometry.type !== 'Point') return [];
        const [lon = 0, lat = 0] = geometry.coordinates;
        const at = map.project([lon, lat]);
        return [{ id: String(properties.id), pixels: Math.hypot(at.x - point.x, at.y - point.y) }];
      })
      .sort((a, b) => a.pixels - b.pixels),
  );
  return [...new Set(found.map(({ id }) => id))];
}

function around({ x, y }: { x: number; y: number }, tolerance: number): [PointLike, PointLike] {
  return [[x - tolerance, y - tolerance], [x + tolerance, y + tolerance]];
}

function coarsePointer(): boolean {
  return matchMedia('(pointer: coarse)').matches;
}

/** Browsers that send no `contextmenu` on a long press get one here. */
function listenLongPress(map: MapLibreMap, here: Interactions['here']): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  map.on('touchstart', (event: MapTouchEvent) => {
    stop();
    if (event.points.length !== 1) return;
    const { lng, lat } = event.lngLat.wrap();
    timer = setTimeout(() => here({ lon: lng, lat }), longPress_ms);
  });
  for (const end of ['touchend', 'touchcancel', 'touchmove', 'movestart', 'contextmenu'] as const) map.on(end, stop);
}
