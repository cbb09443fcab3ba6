/** Which of several pictures in its file an image is. */
export interface PagePlace {
  /** From 0. */
  readonly number: number;
  /** Byte offset of its directory in a TIFF; absent for a frame of an animation, which builds on the frames before it. */
  readonly offset?: number;
}

/** An encoded image, in a separate file or inside a container file. */
export interface ImageFile {
  /** As in `Dataset`. */
  readonly id: string;
  /** Path shown to the user if the image is skipped. */
  readonly path: string;
  /** Present if it is not simply the first picture of its file. Images of the same file then have the same `read`. */
  readonly page?: PagePlace;
  /** Path to read from, if the image is a separate file. */
  readonly file?: string;
  /** Number of bytes that `read` returns, if known in advance. */
  readonly size?: number;
  /** Reads the encoded bytes; with `limit`, possibly only the first `limit` bytes. @throws DataError with a short reason */
  readonly read: (limit?: number) => Promise<Uint8Array>;
}
