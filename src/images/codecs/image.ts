/** A decoded image: 8 bits per channel, `width * height` pixels of red, green, blue and alpha, row-major. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Properties read from a file's header without decoding it. Width and height are those a viewer shows. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  /** Peak memory for decoding in bytes, excluding the file itself: an estimate based on measurements. */
  readonly memory: number;
}

export const MAX_MEGAPIXELS = 40;

/** Limit of decoding memory in bytes, so that no single file grows a process by 500 MB. */
export const MAX_MEMORY_BYTES = 400e6;
