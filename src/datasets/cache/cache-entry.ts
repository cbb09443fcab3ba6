import type { ImageShape } from '../../images/image-shape';

/** A file that was written less than this long ago (ms) may be written again within the resolution of its times. */
export const SETTLED_MS = 2000;

export const ROWS_NAME = 'rows.bin';

export const INDEX_NAME = 'index.json';

/** What is written beside the rows, which are `count` times height * width * channels bytes and nothing else. */
export interface CacheIndex {
  readonly version: number;
  readonly shape: ImageShape;
  readonly count: number;
  /** Numbers of pictures that cannot be used, ascending, with the reasons. */
  readonly skipped: readonly (readonly [number, string])[];
  /** See `Dataset`. */
  readonly fingerprint: string;
  /** When the rows were written (ns since 1970): who reads only some of them sees by it that nobody changed them since. */
  readonly written: string;
}

/** What is known when the rows are there. */
export type CacheContent = Omit<CacheIndex, 'version' | 'written'>;
