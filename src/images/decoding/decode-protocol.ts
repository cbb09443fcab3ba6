import type { DecodeTarget } from './decode-task';
import type { PagePlace } from '../image-file';

/** Start-up data of a decode worker. */
export interface DecodeWorkerData {
  /** Index of the worker in its pool, from 0. */
  readonly number: number;
  /** See `MemoryBudget`. */
  readonly budget: SharedArrayBuffer;
}

/** An image of an order: its index, the path of its file or its encoded bytes, and its place among several in the file. */
export type OrderedPicture = readonly [number: number, content: string | Uint8Array, page?: PagePlace];

/** Request to a decode worker. */
export interface DecodeOrder {
  readonly pictures: readonly OrderedPicture[];
  readonly want: DecodeTarget;
  /** Output: `wantedSize(want)` bytes per image, by index. */
  readonly rows: SharedArrayBuffer;
  /**
   * int32: the index of the image being decoded, then one value per image: 1 once its bytes are written, then the number of
   * frames decoded on the way to later ones, each of which has its own timeout.
   */
  readonly progress: SharedArrayBuffer;
}

/** In `progress`: no image is being decoded, or an image is not decoded yet. */
export const NO_IMAGE = -1;

export function progressBytes(pictures: number): number {
  return 4 * (2 + pictures);
}

/** Reply of a decode worker to an order. */
export interface DecodeReply {
  /** Indices of images that cannot be used, with reasons. */
  readonly problems: readonly (readonly [number, string])[];
  /** A failure not caused by an image. */
  readonly failure?: string;
  /** Working time without waits for memory; for a terminated worker, the time since it received the order. */
  readonly ms: number;
  /** Total bytes of the images that are separate files. */
  readonly fileBytes: number;
  /** The worker should be terminated: it failed, or decoded an image so large that its memory is worth freeing. */
  readonly spent: boolean;
}
