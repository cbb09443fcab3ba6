import type { Dataset } from './dataset';
import { imageSize } from '../images/image-shape';
import type { ImageShape } from '../images/image-shape';
import { DataError } from '../images/data-error';
import type { ReadingChoice } from '../domain/reading';

/** Square image sizes that a model is designed for. */
export interface Squares {
  /** In pixels, ascending. */
  readonly sides: readonly number[];
  /** Side for images that are larger than all of `sides`, or of various sizes. */
  readonly usual: number;
}

/** Options for loading a dataset. Defaults depend on the images, see each loader. */
export interface LoadOptions {
  readonly width?: number;
  readonly height?: number;
  readonly channels?: 1 | 3;
  /** Sizes to choose from if neither width nor height is given, see `requestedShape`. */
  readonly squares?: Squares;
  /** Maximum bytes of images to load into memory if they can stay in a file; `RESIDENT_LIMIT_BYTES` by default. */
  readonly residentLimit?: number;
  /** Folder to cache decoded images, and fingerprints of images that stay in their files. */
  readonly cache?: string;
  /** How to read the images; `loadDataset` sets it from the source. */
  readonly reading?: ReadingChoice;
  /** Maximum number of decoding threads; 1 by default. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** Called repeatedly with the number of images read so far and in total. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Result of a loader; `loadDataset` adds the source and what is missing. */
export type LoadedImages = Omit<Dataset, 'source' | 'fingerprint' | 'notes'> &
  Partial<Pick<Dataset, 'fingerprint' | 'notes'>> & {
    /** Choices that were open and that the images decided; they become part of the source. */
    readonly found?: ReadingChoice;
  };

/** Limits of image sides: below 4 pixels there is nothing to learn; above 1024 a fully connected model is infeasible. */
const MIN_SIDE_PIXELS = 4;
const MAX_SIDE_PIXELS = 1024;

/**
 * Returns the requested shape, completed from the images' own shape. A width or height alone requests squares. The option
 * `squares` requests the smallest side that keeps every pixel of the largest centred square, or the usual side if none is
 * large enough.
 * @throws DataError if a side is out of range
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

/** Default of `residentLimit`: the images, the engine's copy of them and everything else fit easily into 1 GiB. */
export const RESIDENT_LIMIT_BYTES = 192 * 2 ** 20;

/** Limit in bytes for images in memory, which form one array. */
const MEMORY_LIMIT_BYTES = 4 * 2 ** 30;

/** Allocates the pixels of `count` images. @throws DataError above 4 GiB */
export function allocatePixels(count: number, shape: ImageShape): Uint8Array {
  const bytes = count * imageSize(shape);
  if (bytes > MEMORY_LIMIT_BYTES) {
    const size = `${count} images of ${shape.width} × ${shape.height} × ${shape.channels}`;
    throw new DataError(
      `${size} take ${(bytes / 2 ** 30).toFixed(1)} GiB, limit 4 GiB; use a smaller width and height or fewer images`,
    );
  }
  return new Uint8Array(bytes);
}
