import type { DatasetNote } from '../../domain/dataset-notes';
import type { SplitName } from '../../domain/split';
import type { RowPart } from '../rows/file-rows';
import type { ImageShape } from '../../images/image-shape';
import type { ValueRange } from '../../images/value-range';
import type { PartValues } from './part-values';

/** Images of one shape in one array, like the training file of MNIST. */
export interface ImagePart {
  /** Prefix of the image ids: `file#0`, `file#1`, ... */
  readonly file: string;
  readonly count: number;
  readonly own: ImageShape;
  /**
   * Yields the images in order, in blocks of height * width * channels bytes each.
   * @param range that becomes black and white; by default, that of the stored type: 0 to 255, or 0 to 1 for
   * floating-point numbers
   * @throws DataError that names the file
   */
  blocks(signal?: AbortSignal, range?: ValueRange | null): AsyncIterable<Uint8Array>;
  /** Reads what decides the range of the stored values. @throws DataError for values that cannot be read in any range */
  values(signal?: AbortSignal): Promise<PartValues>;
  /** Location of the images, if a file stores them unconverted. */
  readonly place?: RowPart;
  /** Class per image, from 0; -1 for none. */
  readonly labels?: ArrayLike<number>;
  readonly notes?: readonly DatasetNote[];
  /** Names of the classes, if they are not called by their numbers. */
  readonly labelNames?: readonly string[];
  /** Role of this part in the dataset's own split. */
  readonly role?: SplitName;
}
