import type { Dataset } from './dataset';
import { imageSize } from '../images/image-shape';
import type { ImageShape } from '../images/image-shape';
import { DataError } from '../images/data-error';

/** Sizes of square images that a model is made for. */
export interface Squares {
  /** In pixels, ascending. */
  readonly sides: readonly number[];
  /** The one for images that are larger than all of these, or of several sizes. */
  readonly usual: number;
}

/** How to load a dataset. What is not given is chosen by the images: see each loader. */
export interface LoadOptions {
  readonly width?: number;
  readonly height?: number;
  readonly channels?: 1 | 3;
  /** Where neither width nor height is given: bring the images to one of these sizes, see `requestedShape`. */
  readonly squares?: Squares;
  /** Bytes of images that come into memory where they could stay in their file; `RESIDENT_LIMIT` where it is not given. */
  readonly residentLimit?: number;
  /** A folder where decoded pictures may be kept, and the fingerprints of files that stay where they are. */
  readonly cache?: string;
  /** Threads that may decode pictures; 1, where it is not given. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called now and then with the images read so far and all of them. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a loader gives back; `loadDataset` adds where it came from and the fingerprint. */
export type LoadedImages = Omit<Dataset, 'source' | 'fingerprint'> & Partial<Pick<Dataset, 'fingerprint'>>;

/** Images of a side of fewer than 4 pixels hold nothing to learn; above 1024 a fully connected model is hopeless. */
const MIN_SIDE_PIXELS = 4;
const MAX_SIDE_PIXELS = 1024;

/**
 * The asked-for shape, completed by the images' own; a lone width or height asks for squares. `squares` ask for the
 * smallest that keeps every pixel of an image's largest centred square, or the usual one where none is large enough.
 */
export function requestedShape(own: ImageShape, options: LoadOptions): ImageShape {
  const { squares } = options;
  const kept = Math.min(own.width, own.height);
  const square = squares && (squares.sides.find((side) => side >= kept) ?? squares.usual);
  const width = options.width ?? options.height ?? square ?? own.width;
  const height = options.height ?? options.width ?? square ?? own.height;
  for (const [name, side] of Object.entries({ width, height })) {
    if (!Number.isInteger(side) || side < MIN_SIDE_PIXELS || side > MAX_SIDE_PIXELS) {
      const expected = `expected ${MIN_SIDE_PIXELS} to ${MAX_SIDE_PIXELS} pixels; ask for a ${name} in that range`;
      throw new DataError(`image ${name}: got ${side}, ${expected}`);
    }
  }
  return { width, height, channels: options.channels ?? own.channels };
}

/** Up to here the images and the engine's copy of them, with all else, fit well into 1 GiB. */
export const RESIDENT_LIMIT = 192 * 2 ** 20;

/** Of images that are kept in memory, as one array. */
const MEMORY_LIMIT = 4 * 2 ** 30;

export function allocatePixels(count: number, shape: ImageShape): Uint8Array {
  const bytes = count * imageSize(shape);
  if (bytes > MEMORY_LIMIT) {
    const size = `${count} images of ${shape.width}x${shape.height}x${shape.channels}`;
    throw new DataError(
      `${size} take ${(bytes / 2 ** 30).toFixed(1)} GiB, limit 4 GiB; use a smaller width and height or fewer images`,
    );
  }
  return new Uint8Array(bytes);
}
