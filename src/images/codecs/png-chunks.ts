import { crc32 } from 'node:zlib';
import type { ImageHeader } from './image';
import { DataError } from '../data-error';

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * The chunks that determine pixels. Text, colour profiles and others never reach the decoder, as they may be decompression
 * bombs. Neither do animation frames: the result is the still image that a viewer without animation support shows.
 */
const ESSENTIAL = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/** Decoding memory per pixel: the decoder's lines, the image and a copy of it. */
const BYTES_A_PIXEL = 12;

/**
 * Reads width and height from the first 33 bytes of a PNG, as stored: its orientation is that of `pngOrientation`.
 * @throws DataError if they are truncated or broken
 */
export function readPngHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 33) throw new DataError(`truncated PNG: ${bytes.length} bytes, the header alone has 33`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (chunkName(bytes, 12) !== 'IHDR' || view.getUint32(8) !== 13) {
    throw new DataError('broken PNG: it does not begin with an IHDR chunk of 13 bytes');
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  return { width, height, memory: width * height * BYTES_A_PIXEL * (bytes[24] === 16 ? 2 : 1) };
}

/**
 * Returns the PNG with only the chunks that a decoder needs.
 * @throws DataError for a truncated file, or a chunk with a wrong checksum
 */
export function essentialPng(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [PNG_SIGNATURE];
  let position = PNG_SIGNATURE.length;
  while (true) {
    const end = position + 12 <= bytes.length ? position + 12 + view.getUint32(position) : Infinity;
    if (end > bytes.length) throw new DataError(`truncated PNG: the file ends after ${bytes.length} bytes`);
    const name = chunkName(bytes, position + 4);
    if (ESSENTIAL.has(name)) {
      if (crc32(bytes.subarray(position + 4, end - 4)) !== view.getUint32(end - 4)) {
        throw new DataError(`broken PNG: wrong checksum in chunk ${name} at byte ${position}`);
      }
      kept.push(bytes.subarray(position, end));
    }
    if (name === 'IEND') return Buffer.concat(kept);
    position = end;
  }
}

interface PngChunk {
  readonly name: string;
  readonly body: Uint8Array;
  /** Byte offset of its length field. */
  readonly start: number;
  /** Byte offset after its checksum. */
  readonly end: number;
}

/** Yields the chunks up to IEND that lie completely in the given bytes; their checksums are not verified. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = PNG_SIGNATURE.length; start + 12 <= bytes.length;) {
    const end = start + 12 + view.getUint32(start);
    if (end > bytes.length) return;
    const name = chunkName(bytes, start + 4);
    yield { name, body: bytes.subarray(start + 8, end - 4), start, end };
    if (name === 'IEND') return;
    start = end;
  }
}

function chunkName(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + 4));
}

/** Returns a chunk with its length and checksum. */
export function encodePngChunk(name: string, body: Uint8Array): Buffer {
  const whole = Buffer.alloc(12 + body.length);
  whole.writeUInt32BE(body.length, 0);
  whole.write(name, 4, 'latin1');
  whole.set(body, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, 8 + body.length)), 8 + body.length);
  return whole;
}
