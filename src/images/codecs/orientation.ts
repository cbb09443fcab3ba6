import type { RgbaImage } from './image';

/** Whether an EXIF orientation (1 to 8) swaps width and height. */
export function isSideways(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8;
}

/**
 * Turns an image upright by its EXIF or TIFF orientation: 1 is upright, 2 mirrored, 3 upside down, 4 both; 5 to 8 are
 * the same with rows and columns swapped. Other values leave the image unchanged.
 */
export function turnUpright(image: RgbaImage, orientation: number): RgbaImage {
  if (!(orientation >= 2 && orientation <= 8)) return image;
  const sideways = isSideways(orientation);
  const [width, height] = sideways ? [image.height, image.width] : [image.width, image.height];
  const mirrored = [2, 3, 7, 8].includes(orientation);
  const flipped = [3, 4, 6, 7].includes(orientation);
  const from = pixelsOf(image.data);
  const to = new Uint32Array(from.length);
  for (let y = 0, k = 0; y < image.height; y++) {
    // The stored row and column are the shown ones, counted from the side that the orientation names.
    for (let x = 0; x < image.width; x++, k++) {
      const column = sideways ? y : x;
      const row = sideways ? x : y;
      const shownColumn = (sideways ? flipped : mirrored) ? width - 1 - column : column;
      const shownRow = (sideways ? mirrored : flipped) ? height - 1 - row : row;
      to[shownRow * width + shownColumn] = from[k]!;
    }
  }
  return { width, height, data: new Uint8Array(to.buffer) };
}

/** Views the bytes as 32-bit pixels; copies them if they are not aligned. */
function pixelsOf(data: Uint8Array): Uint32Array {
  const aligned = data.byteOffset % 4 === 0 ? data : data.slice();
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}
