import createWebp from '@jsquash/webp/codec/dec/webp_dec.js';
import { Composer, placed } from './composer';
import type { Animation, AnimationFrame } from './composer';
import { EmscriptenDecoder } from './emscripten-decoder';
import { exifOrientation, xmpOrientation } from './exif';
import type { ImageHeader, RgbaImage } from './image';
import { isSideways, turnUpright } from './orientation';
import { DataError } from '../data-error';
import type { ReadingRules } from '../../domain/reading';

const FIRST_CHUNK = 12;
const CHUNK_HEADER = 8;
const MIN_FILE_BYTES = 30;
const FRAME_HEADER = 16;
const ANIMATED_FLAG = 0x02;
const XMP_FLAG = 0x04;
const EXIF_FLAG = 0x08;
const HAS_ALPHA = 0x10;
/** Decoding memory per pixel: the image, a copy of it and the decoder's internal planes. */
const BYTES_A_PIXEL = 14;

const decoder = new EmscriptenDecoder(createWebp, '@jsquash/webp/codec/dec/webp_dec.wasm');

/**
 * Reads width and height from the first chunk of a WebP: lossy (VP8), lossless (VP8L) or extended (VP8X), as stored. Null if it
 * has metadata, which are at its end and may turn it, beyond the given bytes.
 * @throws DataError if it is truncated or begins with another chunk
 */
export function readWebpHeader(bytes: Uint8Array, rules: ReadingRules = 2): ImageHeader | null {
  if (bytes.length < MIN_FILE_BYTES) throw new DataError(`truncated WebP: ${bytes.length} bytes`);
  if (rules !== 1 && flagsOf(bytes) & (EXIF_FLAG | XMP_FLAG) && bytes.length < lengthOf(bytes)) return null;
  const { width, height } = sizeOf(bytes);
  const memory = width * height * BYTES_A_PIXEL;
  const isTurned = rules !== 1 && isSideways(orientationOf(bytes));
  return isTurned ? { width: height, height: width, memory } : { width, height, memory };
}

/** Returns the flags of an extended WebP; 0 of any other. */
const flagsOf = (bytes: Uint8Array): number =>
  chunkName(bytes, FIRST_CHUNK) === 'VP8X' ? bytes[FIRST_CHUNK + CHUNK_HEADER]! : 0;

const lengthOf = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(4, true) + CHUNK_HEADER;

/** Returns the orientation by EXIF or else XMP metadata, where the flags say that it has them. */
function orientationOf(bytes: Uint8Array): number {
  const flags = flagsOf(bytes);
  let exif: number | undefined;
  let xmp: number | undefined;
  if (!(flags & (EXIF_FLAG | XMP_FLAG))) return 1;
  for (const { name, body } of chunks(bytes, FIRST_CHUNK)) {
    if (name === 'EXIF' && flags & EXIF_FLAG) exif ??= exifOrientation(body);
    if (name === 'XMP ' && flags & XMP_FLAG) xmp ??= xmpOrientation(body);
  }
  return exif ?? xmp ?? 1;
}

function sizeOf(bytes: Uint8Array): { readonly width: number; readonly height: number } {
  const body = FIRST_CHUNK + CHUNK_HEADER;
  const name = chunkName(bytes, FIRST_CHUNK);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (name) {
    case 'VP8X':
      return { width: uint24(bytes, body + 4) + 1, height: uint24(bytes, body + 7) + 1 };
    case 'VP8 ':
      return {
        width: view.getUint16(body + 6, true) & 0x3fff,
        height: view.getUint16(body + 8, true) & 0x3fff,
      };
    case 'VP8L': {
      const packed = view.getUint32(body + 1, true);
      return { width: (packed & 0x3fff) + 1, height: ((packed >>> 14) & 0x3fff) + 1 };
    }
    default:
      throw new DataError(`broken WebP: it begins with a chunk ${JSON.stringify(name)}`);
  }
}

/**
 * Decodes a WebP, or the first frame of an animation, with libwebp, and turns it upright.
 * @throws DataError if it is truncated or broken
 */
export async function decodeWebp(bytes: Uint8Array, rules: ReadingRules = 2): Promise<RgbaImage> {
  const whole = wholeFile(bytes);
  const image = isAnimatedWebp(whole) ? await decodeFirst(whole) : await decodeStill(whole);
  return rules === 1 ? image : turnUpright(image, orientationOf(whole));
}

async function decodeFirst(bytes: Uint8Array): Promise<RgbaImage> {
  const { width, height } = sizeOf(bytes);
  const frame = framesOf(bytes).next().value;
  if (!frame) throw new DataError('broken WebP: an animation without a frame');
  return placed({ ...frame, image: await decodeFrame(frame, width, height) }, width, height);
}

export const isAnimatedWebp = (bytes: Uint8Array): boolean => (flagsOf(bytes) & ANIMATED_FLAG) !== 0;

/** Counts the frames of an animated WebP. */
export function countWebpFrames(bytes: Uint8Array): number {
  let count = 0;
  for (const { name } of chunks(bytes, FIRST_CHUNK)) if (name === 'ANMF') count++;
  return count;
}

/** Opens an animated WebP, whose frames are turned upright. @throws DataError if it is truncated or broken */
export function openWebpAnimation(bytes: Uint8Array, rules: ReadingRules = 2): Animation {
  const whole = wholeFile(bytes);
  const { width, height } = sizeOf(whole);
  const composer = new Composer(width, height);
  const frames = framesOf(whole);
  const orientation = rules === 1 ? 1 : orientationOf(whole);
  return {
    async next() {
      const frame = frames.next().value;
      if (!frame) throw new DataError('broken WebP: it has fewer frames than expected');
      const image = await decodeFrame(frame, width, height);
      return turnUpright(composer.show({ ...frame, image }), orientation);
    },
  };
}

/** Returns the bytes without any after the end of the file. @throws DataError if it is truncated */
function wholeFile(bytes: Uint8Array): Uint8Array {
  if (bytes.length < MIN_FILE_BYTES) throw new DataError(`truncated WebP: ${bytes.length} bytes`);
  const length = lengthOf(bytes);
  if (length > bytes.length) throw new DataError(`truncated WebP: ${bytes.length} bytes, expected ${length}`);
  return bytes.subarray(0, length);
}

function decodeFrame(frame: EncodedFrame, width: number, height: number): Promise<RgbaImage> {
  // Checked before decoding: a frame may be declared small while its image data declares a huge size.
  const own = sizeOf(frame.still);
  if (own.width !== frame.width || own.height !== frame.height) {
    throw new DataError('broken WebP: a frame is not of the size that it says');
  }
  if (frame.left + frame.width > width || frame.top + frame.height > height) {
    throw new DataError(`broken WebP: a frame reaches out of ${width} × ${height} pixels`);
  }
  return decodeStill(frame.still);
}

async function decodeStill(bytes: Uint8Array): Promise<RgbaImage> {
  const { image } = await decoder.decode(bytes);
  if (!image) throw new DataError('broken WebP: it cannot be decoded');
  return image;
}

type EncodedFrame = Omit<AnimationFrame, 'image'> & {
  readonly width: number;
  readonly height: number;
  /** A complete WebP file with only this frame. */
  readonly still: Uint8Array;
};

function* framesOf(bytes: Uint8Array): Generator<EncodedFrame, undefined> {
  for (const { name, body } of chunks(bytes, FIRST_CHUNK)) {
    if (name !== 'ANMF' || body.length < FRAME_HEADER) continue;
    const [left, top] = [2 * uint24(body, 0), 2 * uint24(body, 3)];
    const [width, height] = [uint24(body, 6) + 1, uint24(body, 9) + 1];
    const parts = [...chunks(body, FRAME_HEADER)].filter(({ name }) => /^(ALPH|VP8 |VP8L)$/.test(name));
    const [first] = parts;
    if (!first) return;
    const extended = first.name === 'ALPH' ? [extendedHeader(width, height)] : [];
    const content = Buffer.concat([...extended, ...parts.map(({ whole }) => whole)]);
    const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
    head.writeUInt32LE(4 + content.length, 4);
    const still = Buffer.concat([head, content, Buffer.alloc(MIN_FILE_BYTES)]);
    const flags = body[15]!;
    const disposal = flags & 1 ? 'fill' : 'keep';
    yield { left, top, width, height, still, replaces: (flags & 2) !== 0, disposal };
  }
}

function extendedHeader(width: number, height: number): Buffer {
  const chunk = Buffer.alloc(CHUNK_HEADER + 10);
  chunk.write('VP8X', 0, 'latin1');
  chunk.writeUInt32LE(10, 4);
  chunk[8] = HAS_ALPHA;
  chunk.writeUIntLE(width - 1, 12, 3);
  chunk.writeUIntLE(height - 1, 15, 3);
  return chunk;
}

function* chunks(bytes: Uint8Array, start: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let position = start; position + CHUNK_HEADER <= bytes.length;) {
    const length = view.getUint32(position + 4, true);
    // Chunks of odd length are padded by one byte.
    const end = position + CHUNK_HEADER + length + (length & 1);
    const whole = bytes.subarray(position, end);
    yield { name: chunkName(bytes, position), whole, body: bytes.subarray(position + CHUNK_HEADER, end) };
    position = end;
  }
}

function chunkName(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

function uint24(bytes: Uint8Array, offset: number): number {
  return bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16);
}
