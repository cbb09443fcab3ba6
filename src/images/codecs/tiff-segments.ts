import { inflateSync } from 'node:zlib';
import { expandLzw } from './lzw';
import { DataError } from '../data-error';

/**
 * Decompresses a strip or tile, to `length` bytes at most.
 * @param compression TIFF compression: 1 none, 5 LZW, 8 and 32946 deflate, 32773 PackBits
 * @returns up to `length` bytes, fewer if the data ends early
 * @throws DataError for any other compression, or broken data
 */
export function expandSegment(bytes: Uint8Array, compression: number, length: number): Uint8Array {
  switch (compression) {
    case 1:
      return bytes.subarray(0, length);
    case 5:
      return expandLzw(bytes, length, 'tiff', 8);
    case 8:
    case 32946:
      return expandDeflate(bytes, length);
    case 32773:
      return expandPackBits(bytes, length);
    default: {
      const name = NAMES[compression] ?? `of the kind ${compression}`;
      const expected = 'expected none, LZW, deflate or PackBits; save it as PNG';
      throw new DataError(`TIFF with compression ${name}: ${expected}`);
    }
  }
}

const NAMES: Readonly<Record<number, string>> = {
  2: 'CCITT RLE',
  3: 'CCITT Group 3',
  4: 'CCITT Group 4',
  6: 'JPEG (old)',
  7: 'JPEG',
  34712: 'JPEG 2000',
  50000: 'Zstandard',
  50001: 'WebP',
};

function expandDeflate(bytes: Uint8Array, length: number): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: Math.max(1, length) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ERR_BUFFER_TOO_LARGE' ? `more than the declared ${length} bytes` : message;
    throw new DataError(`broken TIFF: its data cannot be inflated: ${why}`);
  }
}

/** Decodes PackBits: n from 0 to 127 precedes n + 1 literal bytes; n from 129 to 255, a byte repeated 257 - n times. */
function expandPackBits(bytes: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let written = 0;
  for (let position = 0; position < bytes.length && written < length;) {
    const lead = bytes[position++]!;
    if (lead < 128) {
      const run = bytes.subarray(position, position + Math.min(lead + 1, length - written));
      output.set(run, written);
      written += run.length;
      position += lead + 1;
    } else if (lead > 128 && position < bytes.length) {
      const end = Math.min(length, written + 257 - lead);
      output.fill(bytes[position++]!, written, end);
      written = end;
    }
  }
  return output.subarray(0, written);
}
