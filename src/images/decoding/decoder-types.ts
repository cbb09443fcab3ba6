import type { DecodeTarget } from './decode-task';
import type { ImageFile } from '../image-file';

/** Decoding results of a batch, in input order. */
export interface Decoded {
  /** `wantedSize` bytes per image; undefined content for images that cannot be used. */
  readonly rows: Uint8Array;
  /** The reason why an image cannot be used; null if it can. */
  readonly problems: readonly (string | null)[];
}

/** An image decoder, on the current thread or on several workers. */
export interface Decoder {
  /** Number of concurrent `decode` calls that keep it busy, with `batch` images each. */
  readonly ahead: number;
  readonly batch: number;
  decode(images: readonly ImageFile[], want: DecodeTarget): Promise<Decoded>;
  close(): Promise<void>;
}
