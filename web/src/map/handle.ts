/** What panels may ask of the map, done with its camera. */
import { LngLatBounds, type Map as MapLibreMap } from 'maplibre-gl';
import type { Padding } from '../state/layout.svelte';
import type { MapHandle } from '../state/map.svelte';
import type { LonLat } from '../state/view';

const travel_ms = 400;
const margin_px = 48;
/** The width of the zoom buttons at the right edge. */
const controls_px = 72;

/** `padding` is what panels cover now, `corner` the width of what stands in a lower corner. */
export function handleOf(map: MapLibreMap, padding: () => Padding, corner: () => number): MapHandle {
  /** Whether a position is inside the part no panel covers, once the camera has taken the padding of the panels. */
  const isOpen = ({ lon, lat }: LonLat): boolean => {
    const { clientWidth: width, clientHeight: height } = map.getContainer();
    const covered = padding();
    const now = map.getPadding();
    const middleOf = (low = 0, high = 0) => (low - high) / 2;
    const at = map.project([lon, lat]);
    const x = at.x + middleOf(covered.left, covered.right) - middleOf(now.left, now.right);
    const y = at.y + middleOf(covered.top, covered.bottom) - middleOf(now.top, now.bottom);
    return (
      x > covered.left + margin_px && x < width - covered.right - margin_px &&
      y > covered.top + margin_px && y < height - covered.bottom - margin_px
    );
  };

  return {
    map,
    zoom: (step) => void (step > 0 ? map.zoomIn() : map.zoomOut()),

    fit: (positions, duration_ms = travel_ms, maxZoom = 6) => {
      const first = positions[0];
      if (!first) return;
      const bounds = positions.reduce(
        (box, { lon, lat }) => box.extend([lon, lat]),
        new LngLatBounds([first.lon, first.lat], [first.lon, first.lat]),
      );
      const covered = map.getPadding();
      const open_px = map.getContainer().clientWidth - (covered.left ?? 0) - (covered.right ?? 0);
      const side = Math.min(margin_px + 16, Math.round(open_px * 0.09));
      const free = { top: side, bottom: side, right: Math.max(side * 1.5, controls_px), left: side + corner() };
      map.fitBounds(bounds, { padding: free, maxZoom, duration: duration_ms }, { quiet: duration_ms === 0 });
    },

    centre: ({ lon, lat }) => {
      map.easeTo({ center: [lon, lat], zoom: Math.max(map.getZoom(), 7), padding: padding(), duration: travel_ms });
    },

    reveal: (position) => {
      const moves = position !== null && !isOpen(position);
      const center = moves ? { center: [position.lon, position.lat] as [number, number] } : {};
      const now = map.getPadding();
      const next = padding();
      const changed = (['top', 'right', 'bottom', 'left'] as const).some((side) => now[side] !== next[side]);
      if (moves || changed) map.easeTo({ ...center, padding: next, duration: travel_ms });
    },

    middle: () => {
      const { lng, lat } = map.getCenter().wrap();
      return { lon: lng, lat };
    },

    inView: (layer) => {
      const middle = map.project(map.getCenter());
      const { clientWidth: width, clientHeight: height } = map.getContainer();
      const covered = padding();
      const seen = new Map<string, number>();
      for (const feature of map.querySourceFeatures(layer)) {
        if (feature.geometry.type !== 'Point') continue;
        const [lon = 0, lat = 0] = feature.geometry.coordinates;
        const { x, y } = map.project([lon, lat]);
        if (x < covered.left || x > width - covered.right || y < covered.top || y > height - covered.bottom) continue;
        seen.set(String(feature.properties.id), Math.hypot(x - middle.x, y - middle.y));
      }
      return [...seen].sort((a, b) => a[1] - b[1]).map(([id]) => id);
    },

    focus: () => map.getCanvas().focus(),
  };
}
