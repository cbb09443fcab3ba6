import { GIFEncoder, applyPalette, quantize } from 'gifenc';
import type { Palette } from 'gifenc';
import type { Pictures } from '../../../src/domain/pictures';
import { imageOf } from '../pictures';
import { enlargement, frameOrder } from './order';
import type { FilmLoop } from './order';

/** Encodes the pictures as an endless loop. Greys are exact; colours are quantised to 256 per frame. */
export function gifOf(pictures: Pictures, loop: FilmLoop = 'back'): Uint8Array<ArrayBuffer> {
  const { width, height, channels, count } = pictures;
  const factor = enlargement(pictures);
  const greys: Palette = Array.from({ length: 256 }, (_, grey) => [grey, grey, grey]);
  const encoder = GIFEncoder();
  for (const { index: i, delay } of frameOrder(count, loop)) {
    const { data } = imageOf(pictures, i);
    const palette = channels === 1 ? greys : quantize(data, 256);
    const size = width * height;
    const index =
      channels === 1 ? pictures.bytes.subarray(i * size, (i + 1) * size) : applyPalette(data, palette);
    const large = enlarged(index, width, height, factor);
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
