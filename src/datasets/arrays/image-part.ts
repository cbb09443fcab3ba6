import type { SplitName } from '../../domain/split';
import type { RowPart } from '../rows/file-rows';
import type { ImageShape } from '../../images/image-shape';

/** Images of one shape in one array, like the training file of MNIST. */
export interface ImagePart {
  /** Prefix of the image ids: `file#0`, `file#1`, ... */
  readonly file: string;
  readonly count: number;
  readonly own: ImageShape;
  /** Yields the images in order, in blocks of height * width * channels bytes each. @throws DataError that names the file */
  blocks(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Location of the images, if a file stores them unconverted. */
  readonly place?: RowPart;
  /** Class per image, from 0; -1 for none. */
  readonly labels?: ArrayLike<number>;
  /** Names of the classes, if they are not called by their numbers. */
  readonly labelNames?: readonly string[];
  /** Role of this part in the dataset's own split. */
  readonly role?: SplitName;
}
