import type { Pictures } from '../../src/domain/pictures';

/** Paints picture `index` of `pictures`. @throws RangeError if there is no such picture */
export function paint(canvas: HTMLCanvasElement, pictures: Pictures, index: number): void {
  const { width, height } = pictures;
  const image = imageOf(pictures, index);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

/** Paints all pictures edge to edge, `columns` per row, each at its own resolution; unused cells stay transparent. */
export function paintMosaic(canvas: HTMLCanvasElement, pictures: Pictures, columns: number): void {
  const { width, height, count } = pictures;
  canvas.width = width * columns;
  canvas.height = height * Math.ceil(count / columns);
  const context = canvas.getContext('2d');
  for (let i = 0; i < count; i++)
    context?.putImageData(imageOf(pictures, i), (i % columns) * width, Math.floor(i / columns) * height);
}

/** Returns picture `index` as RGBA; a grey value fills all three channels. @throws RangeError if there is no such picture */
export function imageOf({ width, height, channels, count, bytes }: Pictures, index: number): ImageData {
  const size = width * height * channels;
  const start = index * size;
  if (index < 0 || index >= count || bytes.length < start + size)
    throw new RangeError(`picture ${index} of ${count} is not in ${bytes.length} bytes`);
  const image = new ImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = start + pixel * channels;
    const to = pixel * 4;
    image.data[to] = bytes[from]!;
    image.data[to + 1] = bytes[channels === 3 ? from + 1 : from]!;
    image.data[to + 2] = bytes[channels === 3 ? from + 2 : from]!;
    image.data[to + 3] = 255;
  }
  return image;
}

/** Encodes a canvas as a PNG file. @throws Error if the canvas is too large */
export async function pngBytes(canvas: HTMLCanvasElement): Promise<Uint8Array<ArrayBuffer>> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('the picture is too large to be written as one file');
  return new Uint8Array(await blob.arrayBuffer());
}

/**
 * Returns a CSS width near `target` at which every image pixel covers a whole number of screen pixels. An image larger
 * than `target` is scaled down to it.
 */
export function displayWidth(pictures: Pictures, target: number): number {
  const longest = Math.max(pictures.width, pictures.height);
  const scale = longest >= target ? target / longest : Math.max(1, Math.round(target / longest));
  return Math.max(1, Math.round(pictures.width * scale));
}
