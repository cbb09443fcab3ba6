import { GIFEncoder, applyPalette, quantize } from 'gifenc';
import type { Palette } from 'gifenc';
import type { Pictures } from '../../src/domain/pictures';
import { imageOf } from '../shared/pictures';

/** Delay between frames; browsers do not reliably honour shorter delays. */
const FRAME_DELAY_MS = 60;
/** Approximate size that small pictures are enlarged to. */
const ENLARGED_PIXELS = 224;

/** Encodes the pictures as an endless loop, forwards and backwards. Greys are exact; colours are quantised to 256 per frame. */
export function gifOf(pictures: Pictures): Uint8Array<ArrayBuffer> {
  const { width, height, channels, count } = pictures;
  const factor = Math.max(1, Math.floor(ENLARGED_PIXELS / Math.max(width, height)));
  const forth = Array.from({ length: count }, (_, i) => i);
  const back = forth.slice(1, -1).reverse();
  const greys: Palette = Array.from({ length: 256 }, (_, grey) => [grey, grey, grey]);
  const encoder = GIFEncoder();
  for (const i of [...forth, ...back]) {
    const { data } = imageOf(pictures, i);
    const palette = channels === 1 ? greys : quantize(data, 256);
    const size = width * height;
    const index =
      channels === 1 ? pictures.bytes.subarray(i * size, (i + 1) * size) : applyPalette(data, palette);
    const large = enlarged(index, width, height, factor);
    encoder.writeFrame(large, width * factor, height * factor, { palette, delay: FRAME_DELAY_MS, repeat: 0 });
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
