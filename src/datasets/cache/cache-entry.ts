import type { DatasetNote } from '../../domain/dataset-notes';
import type { ImageShape } from '../../images/image-shape';
import type { ReadingChoice } from '../../domain/reading';

/** Minimum age of a file's last write: a younger file could be written again without a visible change of its timestamps. */
export const SETTLED_MS = 2000;

export const ROWS_NAME = 'rows.bin';

export const INDEX_NAME = 'index.json';

/** Index file of a cache entry. The rows file consists of `count` times height * width * channels bytes. */
export interface CacheIndex {
  readonly version: number;
  readonly shape: ImageShape;
  readonly count: number;
  /** Indices of images that cannot be used, ascending, with reasons. */
  readonly skipped: readonly (readonly [number, string])[];
  /** Files, by index, of which several pictures are images, and how many. */
  readonly pages: readonly (readonly [file: number, count: number])[];
  /** See `Dataset`. */
  readonly fingerprint: string;
  /** Choices that the images decided, and notes about them, see `LoadedImages`. */
  readonly found: ReadingChoice;
  readonly notes: readonly DatasetNote[];
  /** Modification time of the rows file (ns since 1970), which reveals later changes without reading all rows. */
  readonly written: string;
}

/** The part of the index that the loader supplies once the rows are complete. */
export type CacheContent = Omit<CacheIndex, 'version' | 'written'>;

/** Partial entries older than this were left by dead processes, in ms. */
export const ABANDONED_MS = 24 * 3600_000;
