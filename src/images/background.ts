import type { RgbaImage } from './codecs/image';

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number];

/** Returns the colour of a background: `white`, `black` or `#rrggbb`. */
export function backgroundColour(background: string): Colour {
  if (background === 'white') return [255, 255, 255];
  if (background === 'black') return [0, 0, 0];
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(background.slice(at, at + 2), 16));
  return [red!, green!, blue!];
}

/** Whether an image is opaque everywhere. */
export function isOpaque({ data }: RgbaImage): boolean {
  if (data.byteOffset % 4 !== 0) return data.every((byte, i) => i % 4 !== 3 || byte === 255);
  // Opacity is the highest byte: all supported platforms are little-endian.
  const pixels = new Int32Array(data.buffer, data.byteOffset, data.length / 4);
  const end = pixels.length & ~3;
  let common = -1;
  for (let i = 0; i < end; i += 4) common &= pixels[i]! & pixels[i + 1]! & pixels[i + 2]! & pixels[i + 3]!;
  for (let i = end; i < pixels.length; i++) common &= pixels[i]!;
  return common >>> 24 === 255;
}

/**
 * Returns the mean brightness (Rec. 601 luma) of what an image shows, weighted by opacity: the brightness of a drawing
 * without its background. Null for an image that shows nothing.
 * @returns 0 to 255
 */
export function drawingBrightness({ data }: RgbaImage): number | null {
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]!;
    if (alpha === 0) continue;
    sum += alpha * (299 * data[i]! + 587 * data[i + 1]! + 114 * data[i + 2]!);
    weight += alpha;
  }
  return weight === 0 ? null : sum / (1000 * weight);
}
