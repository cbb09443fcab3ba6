/** A decoded picture: 8 bits a channel, `width * height` pixels of red, green, blue and alpha, row-major. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** What a file says of itself before anything is decoded. Width and height are those a viewer shows. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  /** Bytes that decoding the file takes at most besides the file itself: an estimate, from measurements. */
  readonly memory: number;
}

export const MAXIMUM_MEGAPIXELS = 40;

/** So that no single file makes a process grow by 500 MB. */
export const MAXIMUM_MEMORY = 400e6;
