/** The user's own list, as the rest of the page knows it: the flow that makes it is loaded when it is asked for. */
import type { LonLat } from './view';

/** A numbered place to choose from, drawn on the map. */
export interface Choice {
  number: number;
  position: LonLat;
}

/** The key under which the flow keeps its state in this browser. */
export const sessionKey = 'jidi.list';

class Mine {
  /** Whether the panel of the flow stands where the results stand. */
  open = $state(false);
  /** Whether this browser holds a list. */
  kept = $state(holds());
  /** A file or text that was dropped or pasted and waits for the flow. */
  brought = $state.raw<File | string | null>(null);
  visible = $state(true);
  choices = $state.raw<readonly Choice[]>([]);
  /** Takes the next click on the map, when a row is being placed by hand. */
  placing = $state.raw<((at: LonLat) => void) | null>(null);
  choose: (number: number) => void = () => undefined;

  bring(what: File | string): void {
    this.brought = what;
    this.open = true;
  }
}

function holds(): boolean {
  try {
    return [sessionStorage, localStorage].some((storage) => storage.getItem(sessionKey) !== null);
  } catch {
    return false;
  }
}

export const mine = new Mine();
