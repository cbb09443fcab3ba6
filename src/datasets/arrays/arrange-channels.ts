import { DataError } from '../../images/data-error';
import { imageReading } from '../../domain/reading';
import type { ReadingChoice } from '../../domain/reading';
import { backgroundColour } from '../../images/background';
import type { Colour } from '../../images/background';
import type { ValueRange } from '../../images/value-range';
import type { DatasetNote } from '../../domain/dataset-notes';
import type { ImagePart } from './image-part';
import { describeShape } from './npy';
import type { NpyHeader } from './npy';

/** An array of images, seen as one of grey or RGB images. */
export interface ArrangedArray {
  /** As if the array had this shape; its data are the same. */
  readonly header: NpyHeader;
  /** Whether the images, read by `header`, are those of the array, so that they may be read from their place. */
  readonly isUnchanged: boolean;
  /** Turns images that were read by `header` into those of the array. */
  readonly finish: (part: ImagePart) => ImagePart;
}

/**
 * Arranges arrays with other shapes than images usually have. One [H, W, 1, 3 or 4] is a single picture: taken as H images, these
 * would be too narrow to learn from. ([N, 4 to 8, 4] are images 4 pixels wide.) A fourth channel is opacity, over the background.
 * @throws DataError for two channels
 */
export function arrangeArray(file: string, header: NpyHeader, reading: ReadingChoice = {}): ArrangedArray {
  const { shape } = header;
  const single = reading.rules === 1 ? null : singlePicture(file, shape);
  const note = (text: string): DatasetNote => ({
    subject: 'channels',
    level: 'info',
    text: `${file}: ${text}`,
  });
  const notes = single
    ? [note(`an array ${describeShape(shape)} is one picture; several are [N, H, W] or [N, H, W, channels]`)]
    : [];
  const whole = single ?? shape;
  const layout = opacityLayout(file, whole, header.fortranOrder);
  if (!layout) {
    const finish = (part: ImagePart): ImagePart => (notes.length > 0 ? { ...part, notes } : part);
    return { header: { ...header, shape: whole }, isUnchanged: true, finish };
  }
  notes.push(note('the fourth channel is opacity, over the background'));
  const background = imageReading(reading).background;
  return {
    header: { ...header, shape: layout.shape },
    isUnchanged: false,
    finish: (part) => ({ ...withoutOpacity(part, layout, backgroundColour(background)), notes }),
  };
}

/** Limit of the height of images that are 4 pixels wide; in a higher one, 4 are rather the channels of a picture. */
const MAX_NARROW_HEIGHT = 8;

/** Returns the shape of a single picture as that of one of several; null if the array has several. */
function singlePicture(file: string, shape: readonly number[]): readonly number[] | null {
  const [, second, last] = shape;
  if (shape.length !== 3 || last === undefined || last > 4 || last === 0) return null;
  if (last === second || (last === 4 && second! <= MAX_NARROW_HEIGHT)) return null;
  if (last === 2) throw twoChannels(file, shape);
  return [1, ...shape];
}

/** Images with opacity, seen as grey images: their shape, and distances along rows, columns and channels. */
interface OpacityLayout {
  readonly shape: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly row: number;
  readonly column: number;
  readonly channel: number;
}

/** Returns the layout of images with four channels; null for others. @throws DataError for two channels */
function opacityLayout(file: string, shape: readonly number[], fortranOrder: boolean): OpacityLayout | null {
  if (shape.length !== 4) return null;
  const [count, second, third, last] = shape as readonly [number, number, number, number];
  const isUsual = (channels: number): boolean => channels === 1 || channels === 3;
  if (isUsual(last) || isUsual(second)) return null;
  if (last === 4) {
    const [height, width] = [second, third];
    const [column, channel] = fortranOrder ? [1, width] : [4, 1];
    return { shape: [count, height, 4 * width], width, height, row: 4 * width, column, channel };
  }
  if (second === 4 && third > 4 && last > 4) {
    const [height, width] = [third, last];
    const [row, channel] = fortranOrder ? [4 * width, width] : [width, height * width];
    return { shape: [count, 4 * height, width], width, height, row, column: 1, channel };
  }
  if (last === 2 || second === 2) throw twoChannels(file, shape);
  return null;
}

function twoChannels(file: string, shape: readonly number[]): DataError {
  const expected = 'expected 1 (grey), 3 (RGB) or 4 (RGB and opacity)';
  return new DataError(
    `${file}: an array ${describeShape(shape)}, which has 2 channels, ${expected}; save one of them, such as array[..., 0]`,
  );
}

function withoutOpacity(part: ImagePart, layout: OpacityLayout, background: Colour): ImagePart {
  const { width, height } = layout;
  async function* blocks(signal?: AbortSignal, range?: ValueRange | null): AsyncGenerator<Uint8Array> {
    for await (const block of part.blocks(signal, range)) {
      const size = 4 * width * height;
      const result = new Uint8Array((block.length / size) * 3 * width * height);
      for (let first = 0, to = 0; first < block.length; first += size) {
        to = composite(block.subarray(first, first + size), layout, background, result, to);
      }
      yield result;
    }
  }
  return { ...part, own: { width, height, channels: 3 }, blocks };
}

/** Writes the pixels of an image over the background. @returns the position after them */
function composite(
  image: Uint8Array,
  { width, height, row, column, channel }: OpacityLayout,
  background: Colour,
  result: Uint8Array,
  position: number,
): number {
  let to = position;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * row + x * column;
      const alpha = image[at + 3 * channel]!;
      for (let c = 0; c < 3; c++) {
        const mixed = image[at + c * channel]! * alpha + background[c]! * (255 - alpha);
        result[to++] = Math.floor(mixed / 255 + 0.5);
      }
    }
  }
  return to;
}
