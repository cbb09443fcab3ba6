import type { ImageHeader, RgbaImage } from './image';
import { DataError } from '../data-error';

/** Byte offset of BITMAPINFOHEADER, after the 14 bytes of the file header. */
const INFO_HEADER_OFFSET = 14;
const MIN_FILE_BYTES = INFO_HEADER_OFFSET + 40;

/**
 * Reads the header of a Windows bitmap; a negative height means that the first line is the top one.
 * @throws DataError if it is truncated, invalid or of an older kind
 */
export function readBmpHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < MIN_FILE_BYTES)
    throw new DataError(`truncated BMP: ${bytes.length} bytes, expected ${MIN_FILE_BYTES}`);
  const view = viewOf(bytes);
  const info = view.getUint32(INFO_HEADER_OFFSET, true);
  if (info < 40)
    throw new DataError(`BMP with a header of ${info} bytes: expected 40 or more; save it as PNG`);
  const width = view.getInt32(INFO_HEADER_OFFSET + 4, true);
  if (width < 0) throw new DataError(`broken BMP: got the width ${width}, expected more than 0`);
  const height = Math.abs(view.getInt32(INFO_HEADER_OFFSET + 8, true));
  return { width, height, memory: width * height * 4 };
}

/**
 * Decodes an uncompressed bitmap of 1, 4 or 8 (palette), 24 or 32 bits per pixel. The fourth byte of 32 bits is not alpha.
 * @throws DataError if it is truncated or of another kind
 */
export function decodeBmp(bytes: Uint8Array): RgbaImage {
  const { width, height } = readBmpHeader(bytes);
  const view = viewOf(bytes);
  const bits = view.getUint16(INFO_HEADER_OFFSET + 14, true);
  const compression = view.getUint32(INFO_HEADER_OFFSET + 16, true);
  if (![1, 4, 8, 24, 32].includes(bits) || compression !== 0) {
    const got = `${bits} bits a pixel and compression ${compression}`;
    throw new DataError(`BMP of ${got}: expected 1, 4, 8, 24 or 32 bits, uncompressed; save it as PNG`);
  }
  const start = view.getUint32(10, true);
  // Lines are padded to a multiple of four bytes.
  const line = Math.ceil((width * bits) / 32) * 4;
  if (start + line * height > bytes.length) {
    throw new DataError(`truncated BMP: ${bytes.length} bytes, expected ${start + line * height}`);
  }
  const topDown = view.getInt32(INFO_HEADER_OFFSET + 8, true) < 0;
  const palette = INFO_HEADER_OFFSET + view.getUint32(INFO_HEADER_OFFSET, true);
  // The palette ends where the pixel data begins, whatever the header says.
  const colours = Math.min(
    view.getUint32(INFO_HEADER_OFFSET + 32, true) || 2 ** bits,
    Math.floor((start - palette) / 4),
  );
  const data = new Uint8Array(width * height * 4);
  for (let y = 0, to = 0; y < height; y++) {
    const from = start + line * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++, to += 4) {
      const at = bits >= 24 ? from + x * (bits / 8) : palette + 4 * indexAt(bytes, from, x, bits, colours);
      data[to] = bytes[at + 2]!;
      data[to + 1] = bytes[at + 1]!;
      data[to + 2] = bytes[at]!;
      data[to + 3] = 255;
    }
  }
  return { width, height, data };
}

/** Returns a pixel's palette index; the first pixel of a byte is in its highest bits. */
function indexAt(bytes: Uint8Array, line: number, x: number, bits: number, colours: number): number {
  const byte = bytes[line + Math.floor((x * bits) / 8)]!;
  const index = (byte >> (8 - bits - ((x * bits) % 8))) & (2 ** bits - 1);
  if (index >= colours) throw new DataError(`broken BMP: got colour ${index} of a palette of ${colours}`);
  return index;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
