import { setImmediate as turn } from 'node:timers/promises';
import {
  DataError,
  imageSize,
  SPLIT_NAMES,
  type Dataset,
  type ImageShape,
  type Labels,
  type Split,
  type SplitName,
} from './dataset';
import { FileRows, type RowPart } from './file-rows';
import {
  allocatePixels,
  requestedShape,
  RESIDENT_LIMIT,
  type LoadedImages,
  type LoadOptions,
} from './options';
import { resample } from './resize';
import { residentRows, type ImageRows } from './rows';

/** Images of one shape that lie in one array, such as the training file of MNIST. */
export interface ImagePart {
  /** Leads the ids of its images: `file#0`, `file#1`, ... */
  readonly file: string;
  readonly count: number;
  readonly own: ImageShape;
  /** height * width * channels bytes of an image. */
  image(index: number): Uint8Array;
  /** Where the images are in a file, if they lie there as they are. */
  readonly place?: RowPart;
  /** A class per image, from 0 on; -1 for none. */
  readonly labels?: ArrayLike<number>;
  /** The part of the dataset's own split that this is. */
  readonly role?: SplitName;
}

/** Bytes of images that are read ahead. */
const READ_AT_ONCE = 2 ** 20;

/** A part whose images lie in a file as they are. */
export function partInPlace(file: string, own: ImageShape, place: RowPart): ImagePart {
  const rows = new FileRows(imageSize(own), [place]);
  // Images are asked for in order: the file is not opened for each.
  let recent: { readonly first: number; readonly bytes: Uint8Array } = { first: 0, bytes: new Uint8Array() };
  const image = (index: number): Uint8Array => {
    const at = (index - recent.first) * rows.size;
    if (at >= 0 && at < recent.bytes.length) return recent.bytes.subarray(at, at + rows.size);
    const length = Math.max(1, Math.floor(READ_AT_ONCE / rows.size));
    recent = { first: index, bytes: rows.range(index, Math.min(length, rows.count - index)) };
    return recent.bytes.subarray(0, rows.size);
  };
  return { file, count: place.count, own, image, place };
}

/** Parts one behind the other, as `loadDataset` wants them. @throws DataError if their shapes differ */
export async function joinParts(
  name: string,
  parts: readonly ImagePart[],
  options: LoadOptions,
): Promise<LoadedImages> {
  const { own, file: first } = parts[0]!;
  for (const { own: other, file } of parts) {
    if (other.width === own.width && other.height === own.height && other.channels === own.channels) continue;
    const describe = (of: ImageShape) => `rows ${of.height} and columns ${of.width}`;
    const channels =
      other.channels === own.channels ? '' : ` (${other.channels} channels, not ${own.channels})`;
    const expected = `expected those of ${first}, ${own.height} and ${own.width}`;
    throw new DataError(`${file}: ${describe(other)}, ${expected}${channels}`);
  }
  const shape = requestedShape(own, options);
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  return {
    name,
    shape,
    count,
    images: await joinImages(parts, shape, count, options),
    id: (index) => idOf(parts, index),
    labels: joinLabels(parts),
    split: ownSplit(
      name,
      parts.flatMap(({ role, count }) => new Array<SplitName | undefined>(count).fill(role)),
    ),
    skipped: [],
  };
}

/** In memory, unless they are many and lie in files as they are. */
async function joinImages(
  parts: readonly ImagePart[],
  shape: ImageShape,
  count: number,
  options: LoadOptions,
): Promise<ImageRows> {
  const size = imageSize(shape);
  const stored = storedRows(parts, shape);
  if (stored && count * size > (options.residentLimit ?? RESIDENT_LIMIT)) return stored;
  return residentRows(await joinPixels(parts, shape, count, options), size);
}

/** The images where they lie; undefined where some have to be decoded or changed. */
function storedRows(parts: readonly ImagePart[], shape: ImageShape): FileRows | undefined {
  const { width, height, channels } = parts[0]!.own;
  if (width !== shape.width || height !== shape.height || channels !== shape.channels) return undefined;
  const places = parts.flatMap(({ place }) => place ?? []);
  return places.length === parts.length ? new FileRows(imageSize(shape), places) : undefined;
}

async function joinPixels(
  parts: readonly ImagePart[],
  shape: ImageShape,
  count: number,
  options: LoadOptions,
) {
  const pixels = allocatePixels(count, shape);
  let done = 0;
  for (const part of parts) {
    for (let i = 0; i < part.count; i++, done++) {
      pixels.set(resample(part.image(i), part.own, shape), done * imageSize(shape));
      if (i % 1000 !== 0) continue;
      options.signal?.throwIfAborted();
      options.onProgress?.(done, count);
      await turn();
    }
  }
  options.onProgress?.(count, count);
  return pixels;
}

function idOf(parts: readonly ImagePart[], index: number): string {
  let first = 0;
  for (const { count, file } of parts) {
    if (index >= first && index < first + count) return `${file}#${index - first}`;
    first += count;
  }
  throw new RangeError(`image ${index}: expected 0 to ${first - 1}`);
}

/** Numbers as names; -1 for the images of a part without labels. */
function joinLabels(parts: readonly ImagePart[]): Labels | undefined {
  if (parts.every(({ labels }) => !labels)) return undefined;
  const values = new Int32Array(parts.reduce((sum, { count }) => sum + count, 0)).fill(-1);
  let first = 0;
  for (const { labels, count } of parts) {
    if (labels) values.set(labels, first);
    first += count;
  }
  const highest = values.reduce((a, b) => Math.max(a, b), -1);
  return { names: Array.from({ length: highest + 1 }, (_, i) => String(i)), values };
}

/**
 * The split that a dataset brings, from the part that each image belongs to; undefined where there is none, or only one
 * part. A missing validation (or test) part is the last sixth of the training images, as usual for MNIST.
 */
export function ownSplit(name: string, roles: readonly (SplitName | undefined)[]): Dataset['split'] {
  if (roles.includes(undefined)) return undefined;
  const numbers = Array.from(roles.keys());
  const split = Object.fromEntries(
    SPLIT_NAMES.map((part) => [part, Uint32Array.from(numbers.filter((i) => roles[i] === part))]),
  ) as Record<SplitName, Uint32Array>;
  const { train, validation, test } = split;
  if (train.length === 0 || validation.length + test.length === 0) return undefined;
  if (validation.length > 0 && test.length > 0) return split;
  if (train.length < 2) {
    throw new DataError(`${name}: the training part has ${train.length} image, expected at least 2`);
  }
  const most = train.length - Math.max(1, Math.floor(train.length / 6));
  const rest = train.slice(most);
  const whole: Split = { train: train.slice(0, most), validation, test };
  return validation.length === 0 ? { ...whole, validation: rest } : { ...whole, test: rest };
}
