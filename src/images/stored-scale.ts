import type { RgbaImage } from './codecs/image';
import { DataError } from './data-error';
import { isSameRange, toByte } from './value-range';
import type { StoredValues, ValueRange } from './value-range';

/** The values of an image whose file stores them in more than 8 bits, or with a sign. */
export interface DeepValues extends StoredValues {
  /** Range of the file's type, like 0 to 65535. */
  readonly own: ValueRange;
}

const BYTES: ValueRange = [0, 255];
const TRUTH: ValueRange = [0, 1];

/** Brings the values that one file stores to bytes, by a range or that of the file's type, and keeps their extremes. */
export class StoredScale {
  private own: ValueRange | null = null;
  private applied: ValueRange = BYTES;
  private areFloats = false;
  private least = Infinity;
  private greatest = -Infinity;
  private odd = 0;

  constructor(private readonly range: ValueRange | null) {}

  /** Begins an image of more than 8 bits a value. @param own range of its type */
  begin(areFloats: boolean, own: ValueRange): void {
    this.own = own;
    this.applied = this.range ?? own;
    this.areFloats = areFloats;
  }

  /** Converts a colour value of such an image. */
  toByte(value: number): number {
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
    if (!Number.isFinite(value)) this.odd++;
    return toByte(value, this.applied);
  }

  /** Converts an opacity, which does not depend on the range of the colours. */
  toOpacity(value: number): number {
    return toByte(value, this.own!);
  }

  /** Returns the values of the image; null if it has 8 bits. @throws DataError if some are not finite */
  finish(): DeepValues | null {
    const { own, areFloats, least, greatest, odd } = this;
    if (!own) return null;
    if (odd > 0) {
      throw new DataError(
        `${odd} of its values are NaN or infinite, expected finite numbers; replace them and save it again`,
      );
    }
    return { areFloats, least, greatest, own };
  }

  /**
   * Brings an image of 8 bits to the range, if it is one of bytes: that of a dataset's 16-bit files is not meant for its
   * JPEGs. An image with values above 1 does not have truth values, whatever others have.
   */
  applyToBytes(image: RgbaImage): RgbaImage {
    const { range } = this;
    if (!range || range[0] < 0 || range[1] > 255 || isSameRange(range, BYTES)) return image;
    if (isSameRange(range, TRUTH) && greatestByte(image, 1) > 1) return image;
    const levels = Uint8Array.from({ length: 256 }, (_, value) => toByte(value, range));
    const data = image.data.slice();
    for (let i = 0; i < data.length; i += 4) {
      data[i] = levels[data[i]!]!;
      data[i + 1] = levels[data[i + 1]!]!;
      data[i + 2] = levels[data[i + 2]!]!;
    }
    return { ...image, data };
  }
}

/** Returns the greatest red, green or blue value of pixels that are not transparent, or the first that is above `enough`. */
export function greatestByte({ data }: RgbaImage, enough: number): number {
  let greatest = 0;
  for (let i = 0; i < data.length; i += 4) {
    const value = Math.max(data[i]!, data[i + 1]!, data[i + 2]!);
    if (value <= greatest || data[i + 3]! === 0) continue;
    if (value > enough) return value;
    greatest = value;
  }
  return greatest;
}
