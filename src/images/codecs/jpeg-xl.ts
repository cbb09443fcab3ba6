import createJpegXl from '@jsquash/jxl/codec/dec/jxl_dec.js';
import { EmscriptenDecoder } from './emscripten-decoder';
import { MAX_MEMORY_BYTES } from './image';
import type { ImageHeader, RgbaImage } from './image';
import { isSideways } from './orientation';
import { DataError } from '../data-error';

/** First bytes of a bare codestream, and of a container of boxes. */
export const JPEG_XL_START = /^(\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n)/;
/** Decoding memory per pixel: floating-point channels and the image (45 at 12 megapixels, lossless), and a copy of it. */
const BYTES_A_PIXEL = 48;
/** Bits that hold size and orientation. */
const HEADER_BYTES = 16;

const decoder = new EmscriptenDecoder(createJpegXl, '@jsquash/jxl/codec/dec/jxl_dec.wasm', MAX_MEMORY_BYTES);

/**
 * Reads size and orientation of a JPEG XL (ISO/IEC 18181-1, SizeHeader and ImageMetadata). Null if they lie beyond the given bytes.
 * @throws DataError if it has none
 */
export function readJpegXlHeader(bytes: Uint8Array): ImageHeader | null {
  const start = codestreamStart(bytes);
  if (start === null || start + HEADER_BYTES > bytes.length) return null;
  const bits = new Bits(bytes, (start + 2) * 8);
  const isSmall = bits.take(1) === 1;
  const side = (): number =>
    isSmall ? 8 * (bits.take(5) + 1) : bits.take([9, 13, 18, 30][bits.take(2)]!) + 1;
  const height = side();
  const ratio = RATIOS[bits.take(3)]!;
  const width = ratio === null ? side() : Math.floor((height * ratio[0]) / ratio[1]);
  const isDefault = bits.take(1) === 1;
  const orientation = !isDefault && bits.take(1) === 1 ? bits.take(3) + 1 : 1;
  const memory = width * height * BYTES_A_PIXEL;
  return isSideways(orientation) ? { width: height, height: width, memory } : { width, height, memory };
}

/** Width to height, by their number in the header; null for a width of its own. */
const RATIOS = [null, [1, 1], [12, 10], [4, 3], [3, 2], [16, 9], [5, 4], [2, 1]] as const;

/** Decodes a JPEG XL, turned upright, with libjxl. @throws DataError if it is broken */
export async function decodeJpegXl(bytes: Uint8Array): Promise<RgbaImage> {
  const { image } = await decoder.decode(bytes);
  if (!image)
    throw new DataError('broken JPEG XL: it cannot be decoded, is truncated, or takes too much memory');
  return image;
}

/** Finds the codestream: at the beginning, or in the first box that has it; null if that lies beyond the given bytes. */
function codestreamStart(bytes: Uint8Array): number | null {
  if (bytes[0] === 0xff) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 16 <= bytes.length;) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const isLong = view.getUint32(at) === 1;
    const size = isLong ? Number(view.getBigUint64(at + 8)) : view.getUint32(at);
    const content = at + (isLong ? 16 : 8);
    if (type === 'jxlc') return content;
    // A part begins with its number.
    if (type === 'jxlp') return content + 4;
    if (size < 8) throw new DataError(`broken JPEG XL: a box of ${size} bytes before its image`);
    at += size;
  }
  return null;
}

/** Reads bits, the lowest of a byte first. */
class Bits {
  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  take(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.at++) {
      value += ((this.bytes[this.at >>> 3]! >>> (this.at & 7)) & 1) * 2 ** i;
    }
    return value;
  }
}
