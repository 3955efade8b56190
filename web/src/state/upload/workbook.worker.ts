/** Reads a spreadsheet beside the page, so that a large one does not freeze it. */
import { sheetsOf } from './workbook';

addEventListener('message', ({ data }: MessageEvent<Uint8Array>) => {
  sheetsOf(data).then(
    (sheets) => postMessage({ sheets }),
    (error: unknown) => postMessage({ error: String(error) }),
  );
});
