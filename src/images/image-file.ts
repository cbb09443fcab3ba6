/** An encoded image, in a separate file or inside a container file. */
export interface ImageFile {
  /** As in `Dataset`. */
  readonly id: string;
  /** Path shown to the user if the image is skipped. */
  readonly path: string;
  /** Path to read from, if the image is a separate file. */
  readonly file?: string;
  /** Number of bytes that `read` returns, if known in advance. */
  readonly size?: number;
  /** Reads the encoded bytes; with `limit`, possibly only the first `limit` bytes. @throws DataError with a short reason */
  read(limit?: number): Promise<Uint8Array>;
}
