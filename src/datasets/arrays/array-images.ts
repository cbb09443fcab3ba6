import { rowPart } from '../rows/file-rows';
import { inUnits, READ_BYTES } from './whole-images';
import { checkReadable, describeShape, npyValues } from './npy';
import type { NpyHeader, NpyValues } from './npy';
import { partInPlace } from './array-parts';
import { imageSize } from '../../images/image-shape';
import type { ImageShape } from '../../images/image-shape';
import { DataError } from '../../images/data-error';
import type { ImagePart } from './image-part';

const EXPECTED = 'expected [N, H, W], [N, H, W, 1 or 3] or [N, 1 or 3, H, W]';

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
 * Returns the images of an array: uint8 unchanged, other integers if all are in 0 to 255, booleans as 0 and 255, and
 * floating-point numbers from 0 to 1 times 255, rounded, halves up. Reads and converts images in blocks, except in Fortran
 * order, which spreads each image over all of the data.
 * @param read yields the `header.length` bytes of data in pieces, which may be modified
 * @throws DataError for another shape; while reading images, for values out of range, with the range found
 */
export function imagesOfArray(
  file: string,
  header: NpyHeader,
  read: (signal?: AbortSignal) => AsyncIterable<Uint8Array>,
): Pick<ImagePart, 'file' | 'count' | 'own' | 'blocks'> {
  const { count, own } = sizesOf(file, header);
  if (header.fortranOrder) checkReadable(file, header);
  const unit = header.length / count;
  async function* blocks(signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const bytes of inUnits(
      read(signal),
      unit,
      count,
      header.fortranOrder ? Infinity : READ_BYTES,
    )) {
      const shape = [bytes.length / unit, ...header.shape.slice(1)];
      const convert = converter(file, { ...header, shape, length: bytes.length }, bytes);
      const size = imageSize(own);
      const limit = Math.max(1, Math.floor(READ_BYTES / size));
      for (let first = 0; first < shape[0]!; first += limit)
        yield convert(first, Math.min(limit, shape[0]! - first));
    }
  }
  return { file, count, own, blocks };
}

/** Returns a function that converts some of the images in memory to bytes. @throws DataError for values out of range */
function converter(
  file: string,
  header: NpyHeader,
  bytes: Uint8Array,
): (first: number, count: number) => Uint8Array {
  const { shape, kind, fortranOrder } = header;
  const { layout, own } = sizesOf(file, header);
  const values = npyValues(header, bytes);
  checkRange(file, header, values);
  const size = imageSize(own);
  if (values instanceof Uint8Array && holdsRows(header)) {
    return (first, count) => values.subarray(first * size, (first + count) * size);
  }
  const scale = kind === 'u' || kind === 'i' ? 1 : 255;
  if (isInRowOrder(header)) {
    return (first, count) => {
      return scaled(values.subarray(first * size, (first + count) * size), scale);
    };
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
    for (let i = 0; i < count; i++) result.set(gather(values, own, along, first + i, scale), i * size);
    return result;
  };
}

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
  scale: number,
): Uint8Array {
  const result = new Uint8Array(imageSize(own));
  let k = 0;
  for (let y = 0; y < own.height; y++) {
    for (let x = 0; x < own.width; x++) {
      const at = index * strides.image + y * strides.row + x * strides.column;
      for (let c = 0; c < own.channels; c++) {
        result[k++] = toByte(values[at + c * strides.channel]!, scale);
      }
    }
  }
  return result;
}

function scaled(values: NpyValues, scale: number): Uint8Array {
  const result = new Uint8Array(values.length);
  for (let i = 0; i < result.length; i++) result[i] = toByte(values[i]!, scale);
  return result;
}

function toByte(value: number | bigint, scale: number): number {
  return Math.floor(Number(value) * scale + 0.5);
}

function checkRange(file: string, { kind, itemSize }: NpyHeader, values: NpyValues): void {
  if (kind === 'u' && itemSize === 1) return;
  const [low, high] = kind === 'u' || kind === 'i' ? [0, 255] : [0, 1];
  let least = Infinity;
  let greatest = -Infinity;
  let odd = 0;
  for (let i = 0; i < values.length; i++) {
    const value = Number(values[i]);
    if (value < least) least = value;
    if (value > greatest) greatest = value;
    if (Number.isNaN(value)) odd++;
  }
  if (least >= low && greatest <= high && odd === 0) return;
  const found = `values from ${least} to ${greatest}${odd > 0 ? ` and ${odd} that are not numbers` : ''}`;
  const what = kind === 'f' ? 'floating-point numbers' : kind === 'b' ? 'truth values' : 'whole numbers';
  const advice =
    kind === 'f' ? 'scale them, or save them as uint8' : 'bring them to that range and save them as uint8';
  throw new DataError(`${file}: ${what}: got ${found}, expected ${low} to ${high}; ${advice}`);
}
