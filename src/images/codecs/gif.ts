import { Composer, placed } from './composer';
import type { Animation, AnimationFrame } from './composer';
import type { ImageHeader, RgbaImage } from './image';
import { expandLzw } from './lzw';
import { DataError } from '../data-error';

const SCREEN_END = 13;
const EXTENSION_BLOCK = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const FRAME_BLOCK = 0x2c;
const TRAILER = 0x3b;
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
  return placed(frameOf(bytes, firstBlock(bytes)), width, height);
}

/** Counts the frames that lie completely in a GIF; `isCut` if something else than its end follows them. */
export function countGifFrames(bytes: Uint8Array): { readonly count: number; readonly isCut: boolean } {
  let count = 0;
  try {
    let position = firstBlock(bytes);
    for (let block = blockAt(bytes, position); block; block = blockAt(bytes, position)) {
      position = block.end;
      count++;
    }
    return { count, isCut: false };
  } catch (error) {
    if (error instanceof DataError) return { count, isCut: true };
    throw error;
  }
}

/** Opens an animated GIF. @throws DataError if it is truncated or broken */
export function openGifAnimation(bytes: Uint8Array): Animation {
  const { width, height } = readGifHeader(bytes);
  const composer = new Composer(width, height);
  let position = firstBlock(bytes);
  const first = position;
  let hasTransparency = false;
  return {
    next() {
      const block = blockAt(bytes, position);
      if (!block) throw new DataError('broken GIF: it has fewer frames than expected');
      hasTransparency ||= block.transparent >= 0;
      // As in Pillow: where browsers show transparency, a GIF without any is filled with the colour of its background, and its
      // first frame, before which there is nothing to restore, stays.
      const filling = hasTransparency ? undefined : backgroundOf(bytes);
      const frame = frameOf(bytes, block.start);
      const stays = position === first && !hasTransparency && frame.disposal === 'restore';
      position = block.end;
      return Promise.resolve(composer.show({ ...frame, filling, ...(stays && { disposal: 'keep' }) }));
    },
  };
}

/** Returns the offset of what follows the global colours. */
const firstBlock = (bytes: Uint8Array): number =>
  SCREEN_END + coloursAt(bytes, SCREEN_END, bytes[10]!).length;

function backgroundOf(bytes: Uint8Array): number[] | undefined {
  const colours = coloursAt(bytes, SCREEN_END, bytes[10]!);
  const at = 3 * bytes[11]!;
  return at < colours.length ? [...colours.subarray(at, at + 3), 255] : undefined;
}

/** The blocks that make up a frame. */
interface GifBlock {
  /** Byte offset of its first extension. */
  readonly start: number;
  /** Byte offset of its frame header. */
  readonly header: number;
  readonly end: number;
  /** Index of the transparent colour; -1 for none. */
  readonly transparent: number;
  /** 2: fill its area with the background; 3: show what was there before. */
  readonly disposal: number;
}

/** Finds the next frame from an offset on; null at the end of the GIF. @throws DataError if it is truncated or broken */
function blockAt(bytes: Uint8Array, start: number): GifBlock | null {
  let position = start;
  let transparent = -1;
  let disposal = 0;
  for (; bytes[position] === EXTENSION_BLOCK; position = blocksEnd(bytes, position + 2)) {
    if (bytes[position + 1] === GRAPHIC_CONTROL) {
      const flags = bytes[position + 3] ?? 0;
      transparent = flags & 1 ? (bytes[position + 6] ?? -1) : -1;
      disposal = (flags >> 2) & 7;
    }
  }
  if (bytes[position] === TRAILER) return null;
  if (position + FRAME_HEADER >= bytes.length) throw truncated(bytes);
  if (bytes[position] !== FRAME_BLOCK) {
    throw new DataError(`broken GIF: got 0x${bytes[position]!.toString(16)} where its picture should be`);
  }
  const own = coloursAt(bytes, position + FRAME_HEADER, bytes[position + 9]!);
  const end = blocksEnd(bytes, position + FRAME_HEADER + own.length + 1);
  return { start, header: position, end, transparent, disposal };
}

function frameOf(bytes: Uint8Array, start: number): AnimationFrame {
  const block = blockAt(bytes, start);
  if (!block) throw new DataError('broken GIF: it ends before its picture');
  const { width, height } = readGifHeader(bytes);
  const { header, transparent } = block;
  const [left, top] = [uint16(bytes, header + 1), uint16(bytes, header + 3)];
  const [columns, rows] = [uint16(bytes, header + 5), uint16(bytes, header + 7)];
  if (left + columns > width || top + rows > height) {
    const frame = `${columns} × ${rows} pixels at ${left}, ${top}`;
    throw new DataError(`broken GIF: a frame has ${frame}, expected it inside ${width} × ${height}`);
  }
  const flags = bytes[header + 9]!;
  const own = coloursAt(bytes, header + FRAME_HEADER, flags);
  const colours = own.length > 0 ? own : coloursAt(bytes, SCREEN_END, bytes[10]!);
  const indices = readIndices(bytes, header + FRAME_HEADER + own.length, columns * rows);
  const data = new Uint8Array(columns * rows * 4);
  const lines = flags & 0x40 ? interlacedLines(rows) : undefined;
  for (let line = 0, from = 0; line < rows; line++) {
    let to = 4 * (lines?.[line] ?? line) * columns;
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
  const disposal = block.disposal === 2 ? 'fill' : block.disposal === 3 ? 'restore' : 'keep';
  return { image: { width: columns, height: rows, data }, left, top, replaces: false, disposal };
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
