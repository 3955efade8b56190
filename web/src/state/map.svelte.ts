/** What panels may ask of the map, and what the map tells about itself. */
import type { Map as MapLibreMap } from 'maplibre-gl';
import type { LayerId } from '../api/types';
import { store } from './store.svelte';
import type { LonLat } from './view';

export interface MapHandle {
  zoom: (step: 1 | -1) => void;
  /** Shows these positions inside the part no panel covers. */
  fit: (positions: readonly LonLat[], duration_ms?: number, maxZoom?: number) => void;
  /** Takes the padding of the panels, and moves a position out from under them. */
  reveal: (position: LonLat | null) => void;
  centre: (position: LonLat) => void;
  /** The middle of the part no panel covers. */
  middle: () => LonLat;
  /** Ids of the layer's sites in view, nearest to the middle of the screen first. */
  inView: (layer: LayerId) => string[];
  focus: () => void;
  /** The map itself, for the layers of panels that are loaded later. */
  map: MapLibreMap;
}

class MapState {
  handle = $state.raw<MapHandle | null>(null);
  status = $state.raw<'loading' | 'ready' | 'no-webgl' | 'failed'>('loading');
  /** How many of the listed sites are in view. */
  inView = $state.raw<number | null>(null);
  zoom = $state.raw(0);

  /** Shows all that is listed. */
  showAll(): void {
    this.handle?.fit(store[store.view.collection].flatMap(({ position }) => position ?? []));
  }
}

export const mapState = new MapState();
