import type { DecodeTarget } from './decode-task';
import type { ImageFile } from '../image-file';

/** What became of some pictures, in their order. */
export interface Decoded {
  /** `wantedSize` bytes of each; those of a picture that cannot be used mean nothing. */
  readonly rows: Uint8Array;
  /** Why a picture cannot be used; null where it can. */
  readonly problems: readonly (string | null)[];
}

/** Decodes pictures, in this thread or in several. */
export interface Decoder {
  /** How many calls of `decode` at a time keep it busy, and with how many pictures each. */
  readonly ahead: number;
  readonly batch: number;
  decode(images: readonly ImageFile[], want: DecodeTarget): Promise<Decoded>;
  close(): Promise<void>;
}
