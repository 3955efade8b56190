/** What of the open answer is drawn, as the panel has set it. */
import { store } from '../store.svelte';
import { floorOf, heldNumber, pText, standingOf, type Answer } from './answer';
import { clusterOverlay, densityOverlay, hasClasses, hotOverlay, quantityOverlay, type Overlay } from './drawn';
import { firstThreshold, relatedOverlay, relationsOf, strongest, type Threshold } from './related';
import { viewOf } from './view';
import { a } from './words';

class Shown {
  /** The measure a map of regions is coloured by. */
  measure = $state('location_quotient');
  threshold = $state.raw<Threshold>(firstThreshold);
}

export const shown = new Shown();

export function overlayOf(answer: Answer): Overlay | null {
  switch (viewOf(answer)) {
    case 'clusters': {
      const floor = floorOf(heldNumber(answer, 'simulations'));
      return clusterOverlay(answer, ({ cluster, n, p_value }) => {
        const p = p_value === null ? '' : standingOf(p_value) === 'significant' ? ` · ${pText(p_value, floor)}` : ` · ${a('ns')}`;
        return `C${cluster} · ${a('points.n', { n })}${p}`;
      });
    }
    case 'hotspots':
      return hasClasses(answer) ? hotOverlay(answer) : quantityOverlay(answer, 'y');
    case 'regions':
      return quantityOverlay(answer, shown.measure);
    case 'density':
      return densityOverlay(answer);
    case 'related':
      return relatedOverlay(strongest(relationsOf(answer), shown.threshold), shown.threshold, store.view.sel);
    default:
      return null;
  }
}

