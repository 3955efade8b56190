/** What covers the map: the side panel's state, the sheet of narrow screens, and the padding the camera keeps. */

export interface Padding {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** The three heights of the sheet, as shares of the window. */
export const sheetStops = [0.16, 0.44, 0.92] as const;

const narrow = matchMedia('(max-width: 759px)');
const wide = matchMedia('(min-width: 1200px)');
const roomy = matchMedia('(min-width: 1560px)');

class Layout {
  narrow = $state(narrow.matches);
  wide = $state(wide.matches);
  /** Wide enough for the legend and a card beside each other. */
  roomy = $state(roomy.matches);
  panelOpen = $state(true);
  sheetStop = $state<0 | 1 | 2>(1);
  /** The corner the open legend takes; kept free of bases when all are shown. */
  legendWidth = $state(0);

  constructor() {
    narrow.addEventListener('change', () => (this.narrow = narrow.matches));
    wide.addEventListener('change', () => (this.wide = wide.matches));
    roomy.addEventListener('change', () => (this.roomy = roomy.matches));
  }

  /** What panels cover of a map of this size. The middle stays free, however small the window. */
  padding(card: boolean, width: number): Padding {
    if (this.narrow) {
      const share = Math.min(sheetStops[this.sheetStop], 0.6);
      return { top: 0, right: 0, bottom: Math.round(innerHeight * share), left: 0 };
    }
    return { top: 0, right: card ? Math.min(380, Math.round(width * 0.7)) : 0, bottom: 0, left: 0 };
  }

  resizeSheet(step: 1 | -1): void {
    this.sheetStop = Math.min(2, Math.max(0, this.sheetStop + step)) as 0 | 1 | 2;
  }
}

export const layout = new Layout();
