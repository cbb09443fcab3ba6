import createWebp from '@jsquash/webp/codec/dec/webp_dec.js';
import { EmscriptenDecoder } from './emscripten-decoder';
import type { ImageHeader, RgbaImage } from './image';
import { DataError } from '../data-error';

const FIRST_CHUNK = 12;
const CHUNK_HEADER = 8;
const MIN_FILE_BYTES = 30;
const FRAME_HEADER = 16;
const ANIMATED_FLAG = 0x02;
const HAS_ALPHA = 0x10;
/** Decoding memory per pixel: the image, a copy of it and the decoder's internal planes. */
const BYTES_A_PIXEL = 14;

const decoder = new EmscriptenDecoder(createWebp, '@jsquash/webp/codec/dec/webp_dec.wasm');

/**
 * Reads width and height from the first chunk of a WebP: lossy (VP8), lossless (VP8L) or extended (VP8X).
 * @throws DataError if it is truncated or begins with another chunk
 */
export function readWebpHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < MIN_FILE_BYTES) throw new DataError(`truncated WebP: ${bytes.length} bytes`);
  const { width, height } = sizeOf(bytes);
  return { width, height, memory: width * height * BYTES_A_PIXEL };
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

/** Decodes a WebP, or the first frame of an animation, with libwebp. @throws DataError if it is truncated or broken */
export async function decodeWebp(bytes: Uint8Array): Promise<RgbaImage> {
  const { width, height } = readWebpHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(4, true) + CHUNK_HEADER;
  if (length > bytes.length) throw new DataError(`truncated WebP: ${bytes.length} bytes, expected ${length}`);
  const isAnimated = chunkName(bytes, FIRST_CHUNK) === 'VP8X' && (bytes[20]! & ANIMATED_FLAG) !== 0;
  if (!isAnimated) return decodeStill(bytes.subarray(0, length));
  const frame = firstFrame(bytes.subarray(0, length));
  // Checked before decoding: a frame may be declared small while its image data declares a huge size.
  const own = sizeOf(frame.still);
  if (own.width !== frame.width || own.height !== frame.height) {
    throw new DataError('broken WebP: a frame is not of the size that it says');
  }
  if (frame.left + frame.width > width || frame.top + frame.height > height) {
    throw new DataError(`broken WebP: a frame reaches out of ${width}x${height} pixels`);
  }
  const picture = await decodeStill(frame.still);
  return place(picture, frame, width, height);
}

async function decodeStill(bytes: Uint8Array): Promise<RgbaImage> {
  const { image } = await decoder.decode(bytes);
  if (!image) throw new DataError('broken WebP: it cannot be decoded');
  return image;
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** A complete WebP file with only this frame. */
  readonly still: Uint8Array;
}

function firstFrame(bytes: Uint8Array): Frame {
  for (const { name, body } of chunks(bytes, FIRST_CHUNK)) {
    if (name !== 'ANMF' || body.length < FRAME_HEADER) continue;
    const [left, top] = [2 * uint24(body, 0), 2 * uint24(body, 3)];
    const [width, height] = [uint24(body, 6) + 1, uint24(body, 9) + 1];
    const parts = [...chunks(body, FRAME_HEADER)].filter(({ name }) => /^(ALPH|VP8 |VP8L)$/.test(name));
    const [first] = parts;
    if (!first) break;
    const extended = first.name === 'ALPH' ? [extendedHeader(width, height)] : [];
    const content = Buffer.concat([...extended, ...parts.map(({ whole }) => whole)]);
    const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
    head.writeUInt32LE(4 + content.length, 4);
    return { left, top, width, height, still: Buffer.concat([head, content, Buffer.alloc(MIN_FILE_BYTES)]) };
  }
  throw new DataError('broken WebP: an animation without a frame');
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

/** Places a frame on the transparent canvas of its animation. */
function place(picture: RgbaImage, frame: Frame, width: number, height: number): RgbaImage {
  const { left, top } = frame;
  if (picture.width === width && picture.height === height) return picture;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < picture.height; y++) {
    const line = picture.data.subarray(4 * y * picture.width, 4 * (y + 1) * picture.width);
    data.set(line, 4 * ((top + y) * width + left));
  }
  return { width, height, data };
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
