import { backgroundColour, isOpaque } from '../background';
import { decodeImage } from '../codecs/decode';
import type { RgbaImage } from '../codecs/image';
import { fitImage } from '../flatten';
import { encodeFindings, FINDINGS_BYTES, findingsOf } from '../image-findings';
import { imageSize } from '../image-shape';
import type { ImageShape } from '../image-shape';
import type { ImageReading, ReadingRules } from '../../domain/reading';
import { StoredScale } from '../stored-scale';

/** Target of decoding: the image's bytes in a shape, or one byte that is 1 if it has colour, else 0. */
export type DecodeTarget = PixelTarget | ColourTarget;

/** A shape, and how to bring an image to it. */
interface PixelTarget {
  readonly shape: ImageShape;
  readonly reading: ImageReading;
  /** Whether the image's findings (see `encodeFindings`) follow its bytes. */
  readonly findings?: boolean;
}

/** How to read an image that is looked at for colour. */
interface ColourTarget {
  readonly colour: ImageReading;
}

/** Minimum difference among red, green and blue for a pixel to count as coloured, exclusive. */
const COLOUR_SPREAD = 16;

/** Returns the number of bytes that decoding yields per image. */
export function wantedSize(want: DecodeTarget): number {
  return 'colour' in want ? 1 : imageSize(want.shape) + (want.findings ? FINDINGS_BYTES : 0);
}

/** How the images of a target are read. */
const readingOf = (want: DecodeTarget): ImageReading => ('colour' in want ? want.colour : want.reading);

/** The rules by which the images of a target are read. */
export const rulesOf = (want: DecodeTarget): ReadingRules => readingOf(want).rules;

/**
 * Decodes an encoded image to the target.
 * @param decode for anything but the first picture of a file
 * @returns `wantedSize` bytes @throws DataError with a short reason
 */
export async function decodeTo(
  bytes: Uint8Array,
  want: DecodeTarget,
  decode: typeof decodeImage = decodeImage,
): Promise<Uint8Array> {
  const reading = readingOf(want);
  const scale = reading.rules === 1 ? undefined : new StoredScale(reading.range);
  const stored = await decode(bytes, reading.rules, scale);
  const deep = scale?.finish() ?? null;
  const image = deep || !scale ? stored : scale.applyToBytes(stored);
  if ('colour' in want) return Uint8Array.of(hasColour(image, reading) ? 1 : 0);
  const pixels = fitImage(image, want.shape, reading);
  if (!want.findings) return pixels;
  const result = new Uint8Array(wantedSize(want));
  result.set(pixels);
  result.set(encodeFindings(findingsOf(stored, image, deep)), pixels.length);
  return result;
}

/** Whether an image has a visible pixel that is not nearly grey, or the background has and is seen. */
function hasColour(image: RgbaImage, { background }: ImageReading): boolean {
  const { data } = image;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3]! === 0) continue;
    if (isColoured(data[i]!, data[i + 1]!, data[i + 2]!)) return true;
  }
  return isColoured(...backgroundColour(background)) && !isOpaque(image);
}

function isColoured(red: number, green: number, blue: number): boolean {
  return Math.max(red, green, blue) - Math.min(red, green, blue) > COLOUR_SPREAD;
}
