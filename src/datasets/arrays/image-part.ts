import type { SplitName } from '../dataset';
import type { RowPart } from '../rows/file-rows';
import type { ImageShape } from '../../images/image-shape';

/** Images of one shape that lie in one array, such as the training file of MNIST. */
export interface ImagePart {
  /** Leads the ids of its images: `file#0`, `file#1`, ... */
  readonly file: string;
  readonly count: number;
  readonly own: ImageShape;
  /** The images in their order, some at a time: height * width * channels bytes of each. @throws DataError that names the file */
  blocks(signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Where the images are in a file, if they lie there as they are. */
  readonly place?: RowPart;
  /** A class per image, from 0 on; -1 for none. */
  readonly labels?: ArrayLike<number>;
  /** The part of the dataset's own split that this is. */
  readonly role?: SplitName;
}
