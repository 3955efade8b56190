/** What panels may ask of the map, and what the map tells about itself. */
import { data } from './data.svelte';
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
  /** Ids of the bases in view, nearest to the middle of the screen first. */
  inView: () => string[];
  focus: () => void;
}

class MapState {
  handle = $state.raw<MapHandle | null>(null);
  status = $state.raw<'loading' | 'ready' | 'no-webgl' | 'failed'>('loading');
  basesInView = $state.raw<number | null>(null);
  zoom = $state.raw(0);

  showAllBases(): void {
    this.handle?.fit((data.sites.bases ?? []).flatMap(({ position }) => position ?? []));
  }
}

export const mapState = new MapState();
