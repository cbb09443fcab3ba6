import { decodeImage } from '../codecs/decode';
import type { RgbaImage } from '../codecs/image';
import { fitImage } from '../flatten';
import { imageSize } from '../image-shape';
import type { ImageShape } from '../image-shape';
import type { ImageReading } from '../reading';

/** Target of decoding: the image's bytes in a shape, or one byte that is 1 if it has colour, else 0. */
export type DecodeTarget = PixelTarget | 'colour';

/** A shape, and how to bring an image to it. */
export interface PixelTarget {
  readonly shape: ImageShape;
  readonly reading: ImageReading;
}

/** Minimum difference among red, green and blue for a pixel to count as coloured, exclusive. */
const COLOUR_SPREAD = 16;

/** Returns the number of bytes that decoding yields per image. */
export function wantedSize(want: DecodeTarget): number {
  return want === 'colour' ? 1 : imageSize(want.shape);
}

/** Decodes an encoded image to the target. @returns `wantedSize` bytes @throws DataError with a short reason */
export async function decodeTo(bytes: Uint8Array, want: DecodeTarget): Promise<Uint8Array> {
  const image = await decodeImage(bytes, want === 'colour' ? 2 : want.reading.rules);
  return want === 'colour' ? Uint8Array.of(hasColour(image) ? 1 : 0) : fitImage(image, want.shape);
}

/** Whether an image has a visible pixel that is not nearly grey. */
function hasColour({ data }: RgbaImage): boolean {
  for (let i = 0; i < data.length; i += 4) {
    const red = data[i]!;
    const green = data[i + 1]!;
    const blue = data[i + 2]!;
    if (data[i + 3]! === 0) continue;
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > COLOUR_SPREAD) return true;
  }
  return false;
}
