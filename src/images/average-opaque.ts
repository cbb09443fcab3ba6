import type { RgbaImage } from './codecs/image';
import { imageSize } from './image-shape';
import type { ImageShape } from './image-shape';

/** Mask of every other byte of a pixel. Each then has 16 bits, which hold the sum of up to 257 bytes. */
const PAIR = 0x00ff00ff;
const MAX_SCALE = 16;

/**
 * Computes the result of `resample` for an opaque image that shrinks by an integer factor, in a fraction of the time:
 * two channels are summed at once.
 * @returns height * width * 3 bytes; null for any other image or shape
 */
export function averageOpaque({ width, height, data }: RgbaImage, shape: ImageShape): Uint8Array | null {
  const ratio = Math.min(width / shape.width, height / shape.height);
  const margins = [(width - shape.width * ratio) / 2, (height - shape.height * ratio) / 2];
  if (shape.channels !== 3 || ratio < 2 || ratio > MAX_SCALE || data.byteOffset % 4 !== 0) return null;
  if (![ratio, ...margins].every(Number.isInteger)) return null;
  // `| 0` marks these as 32-bit integers for the JIT compiler.
  const scale = ratio | 0;
  const left = margins[0]! | 0;
  const top = margins[1]! | 0;
  // Red is the lowest byte: all supported platforms are little-endian.
  const pixels = new Int32Array(data.buffer, data.byteOffset, width * height);
  const result = new Uint8Array(imageSize(shape));
  const area = scale * scale;
  const rest = scale % 4;
  for (let y = 0, to = 0; y < shape.height; y++) {
    for (let x = 0; x < shape.width; x++, to += 3) {
      let redAndBlue = 0;
      let greenAndAlpha = 0;
      let position = (top + y * scale) * width + left + x * scale;
      for (let row = 0; row < scale; row++, position += width) {
        const end = position + scale;
        let i = position;
        for (const fours = position + rest; i < fours; i++) {
          const pixel = pixels[i]!;
          redAndBlue = (redAndBlue + (pixel & PAIR)) | 0;
          greenAndAlpha = (greenAndAlpha + ((pixel >>> 8) & PAIR)) | 0;
        }
        for (; i < end; i += 4) {
          const a = pixels[i]!;
          const b = pixels[i + 1]!;
          const c = pixels[i + 2]!;
          const d = pixels[i + 3]!;
          redAndBlue = (redAndBlue + (a & PAIR) + (b & PAIR) + (c & PAIR) + (d & PAIR)) | 0;
          const first = ((a >>> 8) & PAIR) + ((b >>> 8) & PAIR);
          const second = ((c >>> 8) & PAIR) + ((d >>> 8) & PAIR);
          greenAndAlpha = (greenAndAlpha + first + second) | 0;
        }
      }
      if (greenAndAlpha >>> 16 !== 255 * area) return null;
      // Storing into a Uint8Array rounds down.
      result[to] = (redAndBlue & 0xffff) / area + 0.5;
      result[to + 1] = (greenAndAlpha & 0xffff) / area + 0.5;
      result[to + 2] = (redAndBlue >>> 16) / area + 0.5;
    }
  }
  return result;
}
