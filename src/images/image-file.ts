/** A picture as a file has it: one of a folder, or inside another file. */
export interface ImageFile {
  /** As in `Dataset`. */
  readonly id: string;
  /** For people, where the picture is skipped. */
  readonly path: string;
  /** Where it is a file of its own: the path that it is read from. */
  readonly file?: string;
  /** Bytes that `read` gives, where that is known before. */
  readonly size?: number;
  /** Its bytes, as a file would have them; of more than `limit` perhaps only the first. @throws DataError with a short reason */
  read(limit?: number): Promise<Uint8Array>;
}
