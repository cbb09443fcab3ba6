/** Delay between frames in ms; browsers do not reliably honour shorter delays of a GIF. */
const FRAME_DELAY_MS = 60;
/** Delay of the last frame of a film that begins anew, in ms. */
const LAST_DELAY_MS = 1200;
/** Approximate size that small pictures are enlarged to. */
const ENLARGED_PIXELS = 224;

/** How a film goes on after its last frame: back to the first, frame by frame, or from the first anew. */
export type FilmLoop = 'back' | 'anew';

/** A picture of a film and how long it is shown, in ms. */
export interface ShownFrame {
  readonly index: number;
  readonly delay: number;
}

/** Returns the order in which `count` pictures are shown once. */
export function frameOrder(count: number, loop: FilmLoop): ShownFrame[] {
  const forth = Array.from({ length: count }, (_, i) => i);
  const back = loop === 'back' ? forth.slice(1, -1).reverse() : [];
  return [...forth, ...back].map((index) => ({
    index,
    delay: loop === 'anew' && index === count - 1 ? LAST_DELAY_MS : FRAME_DELAY_MS,
  }));
}

/** Returns the whole number by which each pixel of a film is enlarged. */
export const enlargement = ({ width, height }: { readonly width: number; readonly height: number }): number =>
  Math.max(1, Math.floor(ENLARGED_PIXELS / Math.max(width, height)));
