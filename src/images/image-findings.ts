import { drawingBrightness, isOpaque } from './background';
import type { RgbaImage } from './codecs/image';
import { greatestByte } from './stored-scale';
import type { DeepValues } from './stored-scale';

/** What an image tells about its dataset, apart from its pixels. */
export interface ImageFindings {
  /** The values of a file of more than 8 bits, or one of 8 bits that has none above 1; null for other files of 8 bits. */
  readonly values: (DeepValues & { readonly isDeep: boolean }) | null;
  /** Null for an opaque image; else the mean brightness of what it shows (0 to 255), -1 if it shows nothing. */
  readonly drawing: number | null;
}

/** Length of the findings of an image as bytes, which follow its pixels. */
export const FINDINGS_BYTES = 8 * 8;

const NO_VALUES = 0;
const BYTES = 1;
const DEEP = 2;

/**
 * Collects the findings of a decoded image. Those of its values do not depend on the range that is applied.
 * @param stored the image before a range is applied to its bytes @param image the image after it
 * @param deep its values, if it has more than 8 bits
 */
export function findingsOf(stored: RgbaImage, image: RgbaImage, deep: DeepValues | null): ImageFindings {
  const greatest = deep ? 0 : greatestByte(stored, 1);
  const truth = { areFloats: false, least: 0, greatest, own: [0, 255] as const, isDeep: false };
  return {
    values: deep ? { ...deep, isDeep: true } : greatest <= 1 ? truth : null,
    drawing: isOpaque(image) ? null : (drawingBrightness(image) ?? -1),
  };
}

/** Encodes findings. @returns `FINDINGS_BYTES` bytes */
export function encodeFindings({ values, drawing }: ImageFindings): Uint8Array {
  const kind = values === null ? NO_VALUES : values.isDeep ? DEEP : BYTES;
  const { areFloats = false, least = 0, greatest = 0, own = [0, 0] } = values ?? {};
  const numbers = [
    kind,
    Number(areFloats),
    least,
    greatest,
    own[0],
    own[1],
    Number(drawing !== null),
    drawing ?? 0,
  ];
  return new Uint8Array(Float64Array.from(numbers).buffer);
}

/** @param bytes as `encodeFindings` returns them */
export function decodeFindings(bytes: Uint8Array): ImageFindings {
  const numbers = new Float64Array(bytes.slice().buffer);
  const [kind, areFloats, least, greatest, low, high, hasDrawing, drawing] = numbers as unknown as number[];
  const values = {
    ...{ areFloats: areFloats === 1, least: least!, greatest: greatest!, own: [low!, high!] as const },
    isDeep: kind === DEEP,
  };
  return { values: kind === NO_VALUES ? null : values, drawing: hasDrawing === 1 ? drawing! : null };
}
