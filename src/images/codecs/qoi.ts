import type { ImageHeader, RgbaImage } from './image';
import { DataError } from '../data-error';

const HEADER_BYTES = 14;
/** Seven zeros and a one end the file. */
const END_BYTES = 8;

/** Reads the header of a QOI image. @throws DataError if it is truncated or invalid */
export function readQoiHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < HEADER_BYTES) {
    throw new DataError(`truncated QOI: ${bytes.length} bytes, expected ${HEADER_BYTES} or more`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = bytes[12];
  if (channels !== 3 && channels !== 4) {
    throw new DataError(`broken QOI: got ${channels} channels, expected 3 or 4`);
  }
  const [width, height] = [view.getUint32(4), view.getUint32(8)];
  return { width, height, memory: width * height * 4 };
}

/**
 * Decodes a QOI image, by the specification of version 1.0 (qoiformat.org).
 * @throws DataError if it is truncated
 */
export function decodeQoi(bytes: Uint8Array): RgbaImage {
  const { width, height } = readQoiHeader(bytes);
  const end = bytes.length - END_BYTES;
  const data = new Uint8Array(width * height * 4);
  const pixels = new Uint32Array(data.buffer);
  // One pixel as bytes and as a number; the colours seen last, by their hash.
  const pixel = Uint8Array.of(0, 0, 0, 255);
  const whole = new Uint32Array(pixel.buffer);
  const seen = new Uint32Array(64);
  let at = HEADER_BYTES;
  for (let i = 0; i < pixels.length; i++) {
    if (at >= end)
      throw new DataError(`truncated QOI: ${bytes.length} bytes end after ${i} of ${pixels.length} pixels`);
    const tag = bytes[at++]!;
    if (tag >= 0xfe) {
      const channels = tag === 0xff ? 4 : 3;
      pixel.set(bytes.subarray(at, at + channels));
      at += channels;
    } else if (tag < 0x40) {
      whole[0] = seen[tag]!;
    } else if (tag < 0x80) {
      pixel[0]! += ((tag >> 4) & 3) - 2;
      pixel[1]! += ((tag >> 2) & 3) - 2;
      pixel[2]! += (tag & 3) - 2;
    } else if (tag < 0xc0) {
      const green = (tag & 63) - 32;
      const rest = bytes[at++]!;
      pixel[0]! += green - 8 + (rest >> 4);
      pixel[1]! += green;
      pixel[2]! += green - 8 + (rest & 15);
    } else {
      const run = Math.min((tag & 63) + 1, pixels.length - i);
      pixels.fill(whole[0]!, i, i + run);
      i += run - 1;
    }
    seen[(pixel[0]! * 3 + pixel[1]! * 5 + pixel[2]! * 7 + pixel[3]! * 11) % 64] = whole[0]!;
    pixels[i] = whole[0]!;
  }
  if (at > end) throw new DataError(`truncated QOI: ${bytes.length} bytes, expected ${at + END_BYTES}`);
  return { width, height, data };
}
