import type { ImageHeader, RgbaImage } from './image';
import { expandLzw } from './lzw';
import { DataError } from '../data-error';

const SCREEN_END = 13;
const EXTENSION_BLOCK = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const FRAME_BLOCK = 0x2c;
const FRAME_HEADER = 10;
/** Decoding memory per pixel, for indices and colours. */
const BYTES_A_PIXEL = 6;

/** First line and line step of each pass over an interlaced image. */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

/** Reads width and height from the first 13 bytes of a GIF. @throws DataError if it is truncated */
export function readGifHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < SCREEN_END) throw new DataError(`truncated GIF: ${bytes.length} bytes`);
  const [width, height] = [uint16(bytes, 6), uint16(bytes, 8)];
  return { width, height, memory: width * height * BYTES_A_PIXEL };
}

/**
 * Decodes the first frame of a GIF; the area that it does not cover is transparent.
 * @throws DataError if it is truncated or broken
 */
export function decodeGif(bytes: Uint8Array): RgbaImage {
  const { width, height } = readGifHeader(bytes);
  const globalColours = coloursAt(bytes, SCREEN_END, bytes[10]!);
  let position = SCREEN_END + globalColours.length;
  let transparent = -1;
  for (; bytes[position] === EXTENSION_BLOCK; position = blocksEnd(bytes, position + 2)) {
    if (bytes[position + 1] === GRAPHIC_CONTROL) {
      transparent = (bytes[position + 3] ?? 0) & 1 ? (bytes[position + 6] ?? -1) : -1;
    }
  }
  if (position + FRAME_HEADER >= bytes.length) throw truncated(bytes);
  if (bytes[position] !== FRAME_BLOCK) {
    throw new DataError(`broken GIF: got 0x${bytes[position]!.toString(16)} where its picture should be`);
  }
  const [left, top] = [uint16(bytes, position + 1), uint16(bytes, position + 3)];
  const [columns, rows] = [uint16(bytes, position + 5), uint16(bytes, position + 7)];
  if (left + columns > width || top + rows > height) {
    const frame = `${columns}x${rows} pixels at ${left}, ${top}`;
    throw new DataError(`broken GIF: its first frame has ${frame}, expected it inside ${width}x${height}`);
  }
  const flags = bytes[position + 9]!;
  const own = coloursAt(bytes, position + FRAME_HEADER, flags);
  const colours = own.length > 0 ? own : globalColours;
  const indices = readIndices(bytes, position + FRAME_HEADER + own.length, columns * rows);
  const data = new Uint8Array(width * height * 4);
  const lines = flags & 0x40 ? interlacedLines(rows) : undefined;
  for (let line = 0, from = 0; line < rows; line++) {
    let to = 4 * ((top + (lines?.[line] ?? line)) * width + left);
    for (let x = 0; x < columns; x++, to += 4) {
      const index = indices[from++]!;
      if (index === transparent) continue;
      if (3 * index >= colours.length) {
        throw new DataError(`broken GIF: got colour ${index} of a palette of ${colours.length / 3}`);
      }
      data[to] = colours[3 * index]!;
      data[to + 1] = colours[3 * index + 1]!;
      data[to + 2] = colours[3 * index + 2]!;
      data[to + 3] = 255;
    }
  }
  return { width, height, data };
}

/** Returns red, green and blue of each colour in a colour table; empty if the flags declare no table. */
function coloursAt(bytes: Uint8Array, position: number, flags: number): Uint8Array {
  if (!(flags & 0x80)) return new Uint8Array();
  const length = 3 * 2 ** ((flags & 7) + 1);
  if (position + length > bytes.length) throw truncated(bytes);
  return bytes.subarray(position, position + length);
}

function readIndices(bytes: Uint8Array, position: number, count: number): Uint8Array {
  const literalBits = bytes[position] ?? 0;
  if (literalBits < 1 || literalBits > 8) {
    throw new DataError(`broken GIF: codes of ${literalBits} bits, expected 1 to 8`);
  }
  const end = blocksEnd(bytes, position + 1);
  const compressed = new Uint8Array(end - position);
  let length = 0;
  for (let block = position + 1; bytes[block]! > 0; block += 1 + bytes[block]!) {
    compressed.set(bytes.subarray(block + 1, block + 1 + bytes[block]!), length);
    length += bytes[block]!;
  }
  const indices = expandLzw(compressed.subarray(0, length), count, 'gif', literalBits);
  if (indices.length === count) return indices;
  throw new DataError(`broken GIF: its data ends after ${indices.length} of ${count} pixels`);
}

/** Returns the offset after a chain of length-prefixed blocks, which an empty block ends. */
function blocksEnd(bytes: Uint8Array, position: number): number {
  while (position < bytes.length && bytes[position]! > 0) position += 1 + bytes[position]!;
  if (position >= bytes.length) throw truncated(bytes);
  return position + 1;
}

/** Maps each line of the data to its line in the image. */
function interlacedLines(rows: number): Uint16Array {
  const lines = new Uint16Array(rows);
  let line = 0;
  for (const [first, step] of PASSES) {
    for (let y = first; y < rows; y += step) lines[line++] = y;
  }
  return lines;
}

function truncated(bytes: Uint8Array): DataError {
  return new DataError(`truncated GIF: the file ends after ${bytes.length} bytes`);
}

function uint16(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8);
}
