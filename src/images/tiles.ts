import type { Pictures } from '../domain/pictures';
import type { ImageShape } from './image-shape';

/** One image in the form that `encodePng` takes. */
export interface Picture extends ImageShape {
  readonly bytes: Uint8Array;
}

/** Returns images `from` to `to` (exclusive). */
export function slicePictures(pictures: Pictures, from: number, to: number): Pictures {
  const size = pictures.width * pictures.height * pictures.channels;
  const end = Math.min(to, pictures.count);
  return { ...pictures, count: end - from, bytes: pictures.bytes.subarray(from * size, end * size) };
}

/** Splits images into rows of `columns`; the last row may be shorter. */
export function intoRows(pictures: Pictures, columns: number): Pictures[] {
  const rows = Math.ceil(pictures.count / columns);
  return Array.from({ length: rows }, (_, row) =>
    slicePictures(pictures, row * columns, (row + 1) * columns),
  );
}

/** Splits two lists of images alike, each row of the first followed by that of the second. */
export function intoRowPairs(above: Pictures, below: Pictures, columns: number): Pictures[] {
  const second = intoRows(below, columns);
  return intoRows(above, columns).flatMap((row, i) => [row, second[i]!]);
}

/**
 * Tiles rows of images of one shape into a picture, with `gap` white pixels between and around them. Shorter rows are padded
 * with white.
 * @throws RangeError if there are no rows
 */
export function tileRows(rows: readonly Pictures[], gap: number): Picture {
  const first = rows[0];
  if (!first) throw new RangeError('tileRows: got no images, expected at least one row');
  const { width, height, channels } = first;
  const columns = Math.max(...rows.map((row) => row.count));
  const whole = {
    width: columns * (width + gap) + gap,
    height: rows.length * (height + gap) + gap,
    channels,
  };
  const bytes = new Uint8Array(whole.width * whole.height * channels).fill(255);
  rows.forEach((row, i) => {
    for (let column = 0; column < row.count; column++) {
      for (let y = 0; y < height; y++) {
        const source = (column * height + y) * width * channels;
        const line = gap + i * (height + gap) + y;
        const target = (line * whole.width + gap + column * (width + gap)) * channels;
        bytes.set(row.bytes.subarray(source, source + width * channels), target);
      }
    }
  });
  return { ...whole, bytes };
}

/** Enlarges each pixel to a square of `factor` x `factor`, so that small images can be viewed. */
export function enlarge(picture: Picture, factor: number): Picture {
  const { width, height, channels } = picture;
  const bytes = new Uint8Array(picture.bytes.length * factor * factor);
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const source = (Math.floor(y / factor) * width + Math.floor(x / factor)) * channels;
      const target = (y * width * factor + x) * channels;
      for (let c = 0; c < channels; c++) bytes[target + c] = picture.bytes[source + c]!;
    }
  }
  return { width: width * factor, height: height * factor, channels, bytes };
}

/** Maximum image height, in pixels, up to which pictures are enlarged for viewing. */
const MAX_ENLARGED_HEIGHT = 32;

/** Doubles a picture of small images, for viewing. @param imageHeight of each of its images, in pixels */
export function enlargedIfSmall(picture: Picture, imageHeight: number): Picture {
  return imageHeight <= MAX_ENLARGED_HEIGHT ? enlarge(picture, 2) : picture;
}
