import { GIFEncoder, applyPalette, quantize } from 'gifenc';
import type { Palette } from 'gifenc';
import type { Pictures } from '../../../src/domain/pictures';
import { imageOf } from '../pictures';

/** Delay between frames; browsers do not reliably honour shorter delays. */
const FRAME_DELAY_MS = 60;
/** Approximate size that small pictures are enlarged to. */
const ENLARGED_PIXELS = 224;

/** Delay of the last frame of a film that begins anew, in ms. */
const LAST_DELAY_MS = 1200;

/** How a film goes on after its last frame: back to the first, frame by frame, or from the first anew. */
export type FilmLoop = 'back' | 'anew';

/** Encodes the pictures as an endless loop. Greys are exact; colours are quantised to 256 per frame. */
export function gifOf(pictures: Pictures, loop: FilmLoop = 'back'): Uint8Array<ArrayBuffer> {
  const { width, height, channels, count } = pictures;
  const factor = Math.max(1, Math.floor(ENLARGED_PIXELS / Math.max(width, height)));
  const forth = Array.from({ length: count }, (_, i) => i);
  const back = loop === 'back' ? forth.slice(1, -1).reverse() : [];
  const greys: Palette = Array.from({ length: 256 }, (_, grey) => [grey, grey, grey]);
  const encoder = GIFEncoder();
  for (const i of [...forth, ...back]) {
    const { data } = imageOf(pictures, i);
    const palette = channels === 1 ? greys : quantize(data, 256);
    const size = width * height;
    const index =
      channels === 1 ? pictures.bytes.subarray(i * size, (i + 1) * size) : applyPalette(data, palette);
    const large = enlarged(index, width, height, factor);
    const delay = loop === 'anew' && i === count - 1 ? LAST_DELAY_MS : FRAME_DELAY_MS;
    encoder.writeFrame(large, width * factor, height * factor, { palette, delay, repeat: 0 });
  }
  encoder.finish();
  return encoder.bytes();
}

/** Enlarges each pixel to `factor` × `factor` pixels. */
function enlarged(index: Uint8Array, width: number, height: number, factor: number): Uint8Array {
  const result = new Uint8Array(index.length * factor * factor);
  for (let y = 0; y < height * factor; y++)
    for (let x = 0; x < width * factor; x++)
      result[y * width * factor + x] = index[Math.floor(y / factor) * width + Math.floor(x / factor)]!;
  return result;
}
