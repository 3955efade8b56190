/** The panel of analyses, as the rest of the page knows it: it is loaded when it is asked for. */
import type { Component } from 'svelte';

class Asking {
  /** Whether the panel stands where the results stand. */
  open = $state(false);
  /** What the legend says about the answer that is drawn. */
  Legend = $state.raw<Component | null>(null);
}

export const asking = new Asking();
