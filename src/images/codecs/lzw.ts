import { DataError } from '../data-error';

/** GIF packs codes from the lowest bit of a byte on; TIFF from the highest, and lengthens its codes one code early. */
export type LzwKind = 'gif' | 'tiff';

const MAX_CODES = 4096;
const MAX_CODE_BITS = 12;

/**
 * Decompresses LZW until `length` bytes are there or the data ends; what is beyond `length` is not looked at.
 * @param literalBits bits of a plain value: 8 in TIFF, 2 to 8 in GIF
 * @returns as many of the `length` bytes as the data holds
 * @throws DataError for a code that no table can have
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
    const most = previous < 0 ? clear - 1 : Math.min(next, MAX_CODES - 1);
    if (code > most) throw new DataError(`broken LZW data: got code ${code}, expected ${most} at most`);
    if (previous >= 0 && next < MAX_CODES) {
      // The code that is just being made stands for the string before and its own first byte.
      table.add(next, previous, code === next ? previous : code);
      next++;
      if (next + early === 1 << width && width < MAX_CODE_BITS) width++;
    }
    written = table.write(code, output, written);
    previous = code;
  }
  return output.subarray(0, written);
}

/** Strings by their code: each is another string and one byte more. */
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

  /** The string of `prefix`, and the first byte of the string of `source`. */
  add(code: number, prefix: number, source: number): void {
    this.prefix[code] = prefix;
    this.first[code] = this.first[prefix]!;
    this.last[code] = this.first[source]!;
    this.lengths[code] = this.lengths[prefix]! + 1;
  }

  /** @returns where the next string goes; what does not fit is dropped */
  write(code: number, output: Uint8Array, position: number): number {
    const end = position + this.lengths[code]!;
    for (let at = end - 1; at >= position; at--) {
      if (at < output.length) output[at] = this.last[code]!;
      code = this.prefix[code]!;
    }
    return Math.min(end, output.length);
  }
}

/** Reads codes of a width; -1 at the end of the data. */
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
