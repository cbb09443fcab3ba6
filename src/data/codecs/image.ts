/** A decoded picture: 8 bits a channel, `width * height` pixels of red, green, blue and alpha, row-major. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** What a file says of itself before anything is decoded. Width and height are those a viewer shows. */
export interface ImageHeader {
  readonly format: 'png' | 'jpeg' | 'bmp';
  readonly width: number;
  readonly height: number;
  /** Byte offset behind what has been read. */
  readonly end: number;
}

/** A decoder holds about four copies of a picture at four bytes a pixel: 40 megapixels are some 640 MB. */
export const MAXIMUM_MEGAPIXELS = 40;
