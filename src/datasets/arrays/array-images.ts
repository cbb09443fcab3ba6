import { rowPart } from '../rows/file-rows';
import { inUnits, READ_BYTES } from './whole-images';
import { checkReadable, describeShape, npyValues } from './npy';
import type { NpyHeader, NpyValues } from './npy';
import { partInPlace } from './array-parts';
import { imageSize } from '../../images/image-shape';
import type { ImageShape } from '../../images/image-shape';
import { DataError } from '../../images/data-error';
import { toByte } from '../../images/value-range';
import type { StoredValues, ValueRange } from '../../images/value-range';
import type { ImagePart } from './image-part';
import { bytePart } from './byte-part';

const EXPECTED = 'expected [N, H, W], [N, H, W, 1, 3 or 4] or [N, 1, 3 or 4, H, W]';

/** Distance between neighbours along each dimension, in values. */
interface Strides {
  readonly image: number;
  readonly row: number;
  readonly column: number;
  readonly channel: number;
}

/** Whether an array has one of the supported image shapes. */
export function isImageArray({ shape }: NpyHeader): boolean {
  return layoutOf(shape) !== undefined;
}

/** Returns the number and shape of an array's images. @throws DataError if it contains none */
function sizesOf(file: string, { shape }: NpyHeader) {
  const layout = layoutOf(shape);
  if (!layout) throw new DataError(`${file}: an array ${describeShape(shape)}, ${EXPECTED}`);
  const count = shape[0]!;
  const own = { width: shape[layout.width]!, height: shape[layout.height]!, channels: layout.channels };
  if (count * own.width * own.height === 0) {
    throw new DataError(`${file}: an array ${describeShape(shape)}: expected every size to be at least 1`);
  }
  return { layout, count, own };
}

/** Whether an image array stores its data as the rows of bytes that a dataset uses. */
export function holdsRows(header: NpyHeader): boolean {
  return header.kind === 'u' && header.itemSize === 1 && isInRowOrder(header);
}

/** Whether an image array stores its values in the order of a dataset: image, row, column, channel. */
function isInRowOrder({ shape, fortranOrder }: NpyHeader): boolean {
  const layout = layoutOf(shape);
  return layout !== undefined && (layout.channels === 1 || !layout.channelsFirst) && !fortranOrder;
}

/** Returns the images of a row array (see `holdsRows`), read directly from its file. @throws DataError for another shape */
export async function imagesInPlace(file: string, path: string, header: NpyHeader): Promise<ImagePart> {
  const { count, own } = sizesOf(file, header);
  return partInPlace(file, own, await rowPart(path, header.start, count));
}

/**
 * Returns the images of an array. Reads and converts them in blocks, except in Fortran order, which spreads each image over
 * all of the data. Truth values are 0 and 255 in any range.
 * @param read yields the `header.length` bytes of data in pieces, which may be modified
 * @throws DataError for another shape
 */
export function imagesOfArray(
  file: string,
  header: NpyHeader,
  read: (signal?: AbortSignal) => AsyncIterable<Uint8Array>,
): Pick<ImagePart, 'file' | 'count' | 'own' | 'blocks' | 'values'> {
  const { count, own } = sizesOf(file, header);
  if (header.fortranOrder) checkReadable(file, header);
  const unit = header.length / count;
  async function* pieces(signal?: AbortSignal) {
    const limit = header.fortranOrder ? Infinity : READ_BYTES;
    for await (const bytes of inUnits(read(signal), unit, count, limit)) {
      const shape = [bytes.length / unit, ...header.shape.slice(1)];
      const whole = { ...header, shape, length: bytes.length };
      yield { header: whole, values: npyValues(whole, bytes) };
    }
  }
  async function* blocks(signal?: AbortSignal, range?: ValueRange | null): AsyncGenerator<Uint8Array> {
    const size = imageSize(own);
    const limit = Math.max(1, Math.floor(READ_BYTES / size));
    for await (const piece of pieces(signal)) {
      const convert = converter(piece.header, piece.values, range ?? null);
      const images = piece.header.shape[0]!;
      for (let first = 0; first < images; first += limit)
        yield convert(first, Math.min(limit, images - first));
    }
  }
  if (header.kind === 'u' && header.itemSize === 1) return bytePart({ file, count, own, blocks });
  const values = async (signal?: AbortSignal) => {
    const extremes = new Extremes(header.kind === 'f');
    for await (const piece of pieces(signal)) extremes.add(piece.values);
    return valuesOf(file, header, extremes);
  };
  return { file, count, own, blocks, values };
}

/** Least and greatest values of an array, and how many are no finite numbers. */
class Extremes implements StoredValues {
  least = Infinity;
  greatest = -Infinity;
  odd = 0;

  constructor(readonly areFloats: boolean) {}

  add(values: NpyValues): void {
    let { least, greatest, odd } = this;
    for (let i = 0; i < values.length; i++) {
      const value = Number(values[i]);
      if (value < least) least = value;
      if (value > greatest) greatest = value;
      if (!Number.isFinite(value)) odd++;
    }
    Object.assign(this, { least, greatest, odd });
  }
}

function valuesOf(file: string, { kind, shape }: NpyHeader, { areFloats, least, greatest, odd }: Extremes) {
  if (odd > 0) {
    const all = shape.reduce((product, size) => product * size, 1);
    const advice = 'replace them (`numpy.nan_to_num`), or leave these images out of the array';
    throw new DataError(
      `${file}: ${odd} of ${all} values are NaN or infinite, expected finite numbers; ${advice}`,
    );
  }
  if (kind !== 'b') return { areFloats, least, greatest };
  if (least >= 0 && greatest <= 1) return 'truth values' as const;
  throw new DataError(`${file}: truth values: got values from ${least} to ${greatest}, expected 0 and 1`);
}

/** Returns a function that converts some of the images in memory to bytes. */
function converter(
  header: NpyHeader,
  values: NpyValues,
  range: ValueRange | null,
): (first: number, count: number) => Uint8Array {
  const { shape, kind, fortranOrder } = header;
  const layout = layoutOf(shape)!;
  const own = { width: shape[layout.width]!, height: shape[layout.height]!, channels: layout.channels };
  const size = imageSize(own);
  if (values instanceof Uint8Array && holdsRows(header) && range === null) {
    return (first, count) => values.subarray(first * size, (first + count) * size);
  }
  const applied = kind === 'b' ? UNIT : (range ?? (kind === 'f' ? UNIT : BYTES));
  if (isInRowOrder(header)) {
    return (first, count) => scaled(values.subarray(first * size, (first + count) * size), applied);
  }
  const strides = stridesOf(shape, fortranOrder);
  const along: Strides = {
    image: strides[0]!,
    row: strides[layout.height]!,
    column: strides[layout.width]!,
    channel: layout.channel === undefined ? 0 : strides[layout.channel]!,
  };
  return (first, count) => {
    const result = new Uint8Array(count * size);
    for (let i = 0; i < count; i++) result.set(gather(values, own, along, first + i, applied), i * size);
    return result;
  };
}

const UNIT: ValueRange = [0, 1];
const BYTES: ValueRange = [0, 255];

interface Layout {
  readonly height: number;
  readonly width: number;
  readonly channel: number | undefined;
  readonly channels: 1 | 3;
  readonly channelsFirst: boolean;
}

/** Assigns the dimensions; undefined if the shape is not one of images. Prefers channels last if both orders are possible. */
function layoutOf(shape: readonly number[]): Layout | undefined {
  const isChannels = (size: number | undefined): size is 1 | 3 => size === 1 || size === 3;
  if (shape.length === 3)
    return { height: 1, width: 2, channel: undefined, channels: 1, channelsFirst: false };
  if (shape.length !== 4) return undefined;
  const [, second, , last] = shape;
  if (isChannels(last)) return { height: 1, width: 2, channel: 3, channels: last, channelsFirst: false };
  if (isChannels(second)) return { height: 2, width: 3, channel: 1, channels: second, channelsFirst: true };
  return undefined;
}

function stridesOf(shape: readonly number[], fortranOrder: boolean): number[] {
  const strides = new Array<number>(shape.length);
  let product = 1;
  for (let i = 0; i < shape.length; i++) {
    const dimension = fortranOrder ? i : shape.length - 1 - i;
    strides[dimension] = product;
    product *= shape[dimension]!;
  }
  return strides;
}

function gather(
  values: NpyValues,
  own: ImageShape,
  strides: Strides,
  index: number,
  range: ValueRange,
): Uint8Array {
  const result = new Uint8Array(imageSize(own));
  let k = 0;
  for (let y = 0; y < own.height; y++) {
    for (let x = 0; x < own.width; x++) {
      const at = index * strides.image + y * strides.row + x * strides.column;
      for (let c = 0; c < own.channels; c++) {
        result[k++] = toByte(Number(values[at + c * strides.channel]!), range);
      }
    }
  }
  return result;
}

function scaled(values: NpyValues, range: ValueRange): Uint8Array {
  const result = new Uint8Array(values.length);
  for (let i = 0; i < result.length; i++) result[i] = toByte(Number(values[i]!), range);
  return result;
}
