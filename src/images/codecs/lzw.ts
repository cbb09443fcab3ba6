import { DataError } from '../data-error';

/** LZW variants: GIF packs codes from the lowest bit up; TIFF from the highest bit down, and widens codes one code early. */
export type LzwKind = 'gif' | 'tiff';

const MAX_CODES = 4096;
const MAX_CODE_BITS = 12;

/**
 * Decompresses LZW until it has `length` bytes or the data ends; data beyond `length` is ignored.
 * @param literalBits bits of a literal: 8 in TIFF, 2 to 8 in GIF
 * @returns up to `length` bytes, fewer if the data ends early
 * @throws DataError for a code that cannot be in the table
 */
export function expandLzw(bytes: Uint8Array, length: number, kind: LzwKind, literalBits: number): Uint8Array {
  const clear = 1 << literalBits;
  const end = clear + 1;
  const early = kind === 'tiff' ? 1 : 0;
  const table = new LzwTable(clear);
  const readCode = kind === 'gif' ? lowestFirst(bytes) : highestFirst(bytes);
  const output = new Uint8Array(length);
  let written = 0;
  let width = literalBits + 1;
  let next = clear + 2;
  let previous = -1;
  while (written < length) {
    const code = readCode(width);
    if (code < 0 || code === end) break;
    if (code === clear) {
      width = literalBits + 1;
      next = clear + 2;
      previous = -1;
      continue;
    }
    const limit = previous < 0 ? clear - 1 : Math.min(next, MAX_CODES - 1);
    if (code > limit) throw new DataError(`broken LZW data: got code ${code}, expected ${limit} at most`);
    if (previous >= 0 && next < MAX_CODES) {
      // The code being added right now means the previous string plus that string's own first byte.
      table.add(next, previous, code === next ? previous : code);
      next++;
      if (next + early === 1 << width && width < MAX_CODE_BITS) width++;
    }
    written = table.write(code, output, written);
    previous = code;
  }
  return output.subarray(0, written);
}

/** The LZW code table: each string is a shorter string plus one byte. */
class LzwTable {
  private readonly prefix = new Uint16Array(MAX_CODES);
  private readonly first = new Uint8Array(MAX_CODES);
  private readonly last = new Uint8Array(MAX_CODES);
  private readonly lengths = new Uint16Array(MAX_CODES);

  constructor(literals: number) {
    for (let code = 0; code < literals; code++) {
      this.first[code] = this.last[code] = code;
      this.lengths[code] = 1;
    }
  }

  /** Defines `code` as the string of `prefix` plus the first byte of the string of `source`. */
  add(code: number, prefix: number, source: number): void {
    this.prefix[code] = prefix;
    this.first[code] = this.first[prefix]!;
    this.last[code] = this.first[source]!;
    this.lengths[code] = this.lengths[prefix]! + 1;
  }

  /** Writes the string of a code, dropping what does not fit. @returns the position after it */
  write(code: number, output: Uint8Array, position: number): number {
    const end = position + this.lengths[code]!;
    for (let at = end - 1; at >= position; at--) {
      if (at < output.length) output[at] = this.last[code]!;
      code = this.prefix[code]!;
    }
    return Math.min(end, output.length);
  }
}

/** Reads the next code of the given width in bits; -1 at the end of the data. */
type CodeReader = (width: number) => number;

function lowestFirst(bytes: Uint8Array): CodeReader {
  let [position, buffered, bits] = [0, 0, 0];
  return (width) => {
    while (bits < width) {
      if (position === bytes.length) return -1;
      buffered |= bytes[position++]! << bits;
      bits += 8;
    }
    const code = buffered & ((1 << width) - 1);
    buffered >>>= width;
    bits -= width;
    return code;
  };
}

function highestFirst(bytes: Uint8Array): CodeReader {
  let [position, buffered, bits] = [0, 0, 0];
  return (width) => {
    while (bits < width) {
      if (position === bytes.length) return -1;
      buffered = ((buffered << 8) | bytes[position++]!) & 0xffffff;
      bits += 8;
    }
    bits -= width;
    return (buffered >> bits) & ((1 << width) - 1);
  };
}
