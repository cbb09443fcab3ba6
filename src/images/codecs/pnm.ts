import type { ImageHeader, RgbaImage } from './image';
import { DataError } from '../data-error';

const MAX_SAMPLE = 65_535;
/** Longer numbers are no sizes. */
const MAX_DIGITS = 10;
/** Samples per pixel of the tuple types of PAM. */
const TUPLES: Readonly<Record<string, number>> = {
  BLACKANDWHITE: 1,
  GRAYSCALE: 1,
  RGB: 3,
  BLACKANDWHITE_ALPHA: 2,
  GRAYSCALE_ALPHA: 2,
  RGB_ALPHA: 4,
};

interface Layout {
  readonly width: number;
  readonly height: number;
  /** Samples per pixel: grey, grey and alpha, RGB, RGB and alpha. */
  readonly depth: number;
  /** Greatest sample, which is white. */
  readonly greatest: number;
  /** Numbers in decimal, or bytes; bits if packed eight to a byte. 1 is black in both kinds of bitmaps. */
  readonly values: 'decimal' | 'bytes' | 'bits';
  readonly isBitmap: boolean;
  /** Byte offset of the samples. */
  readonly start: number;
}

/**
 * Reads the header of a Netpbm file: PBM, PGM or PPM in plain (P1 to P3) or raw form (P4 to P6), or PAM (P7). Null if it goes on
 * beyond the given bytes.
 * @throws DataError if it is invalid
 */
export function readPnmHeader(bytes: Uint8Array): ImageHeader | null {
  const layout = layoutOf(bytes);
  return layout && { width: layout.width, height: layout.height, memory: layout.width * layout.height * 4 };
}

/**
 * Decodes the first image of a Netpbm file. Samples are scaled from their own greatest value to 255, halves up; greater ones count as
 * that.
 * @throws DataError if it is truncated or broken
 */
export function decodePnm(bytes: Uint8Array): RgbaImage {
  const layout = layoutOf(bytes);
  if (!layout) throw truncated(bytes.length, 'its header');
  const { width, height, depth } = layout;
  // Checked before memory is taken: every sample has a digit, a byte or a bit.
  const needed =
    layout.values === 'decimal'
      ? width * height * depth
      : layout.values === 'bits'
        ? Math.ceil(width / 8) * height
        : width * height * depth * (layout.greatest > 255 ? 2 : 1);
  if (layout.start + needed > bytes.length) {
    throw truncated(bytes.length, `${layout.start + needed} bytes or more`);
  }
  const next = layout.values === 'decimal' ? decimals(bytes, layout) : binary(bytes, layout);
  const data = new Uint8Array(width * height * 4);
  for (let to = 0; to < data.length; to += 4) {
    const first = next();
    const isGrey = depth < 3;
    data[to] = first;
    data[to + 1] = isGrey ? first : next();
    data[to + 2] = isGrey ? first : next();
    data[to + 3] = depth % 2 === 0 ? next() : 255;
  }
  return { width, height, data };
}

/** Returns a function that gives the samples in order, from 0 to 255. */
function binary(bytes: Uint8Array, { width, greatest, values, isBitmap, start }: Layout): () => number {
  let at = start;
  if (values === 'bits') {
    let x = 0;
    return () => {
      const bit = (bytes[at]! >> (7 - (x & 7))) & 1;
      x++;
      if (x === width) x = 0;
      // The next byte begins after eight bits, or with a new row.
      if ((x & 7) === 0) at++;
      return bit === 1 ? 0 : 255;
    };
  }
  const scaled = scale(greatest, isBitmap);
  if (greatest <= 255) return () => scaled(bytes[at++]!);
  return () => {
    at += 2;
    return scaled((bytes[at - 2]! << 8) | bytes[at - 1]!);
  };
}

function decimals(bytes: Uint8Array, { greatest, isBitmap, start }: Layout): () => number {
  const tokens = new Tokens(bytes, start);
  const scaled = scale(greatest, isBitmap);
  return () => {
    // The digits of a bitmap need not be separated.
    const value = isBitmap ? tokens.digit() : tokens.number();
    if (value === null) throw truncated(bytes.length, 'more samples');
    return scaled(value);
  };
}

function scale(greatest: number, isBitmap: boolean): (value: number) => number {
  const table = Uint8Array.from({ length: greatest + 1 }, (_, value) => {
    const byte = Math.floor((value * 255) / greatest + 0.5);
    return isBitmap ? 255 - byte : byte;
  });
  return (value) => table[Math.min(value, greatest)]!;
}

function layoutOf(bytes: Uint8Array): Layout | null {
  const kind = bytes[1]! - 0x30;
  if (kind === 7) return pamLayout(bytes);
  const tokens = new Tokens(bytes, 2);
  const isBitmap = kind === 1 || kind === 4;
  const [width, height] = [tokens.number(), tokens.number()];
  const greatest = isBitmap ? 1 : tokens.number();
  if (width === null || height === null || greatest === null) return null;
  checkGreatest(greatest);
  // One white space precedes raw samples; what looks like more belongs to them.
  return {
    ...{ width, height, greatest, isBitmap },
    depth: kind === 3 || kind === 6 ? 3 : 1,
    values: kind <= 3 ? 'decimal' : isBitmap ? 'bits' : 'bytes',
    start: tokens.at + (kind <= 3 ? 0 : 1),
  };
}

/** Reads the lines of a PAM header: a name and a value each, to `ENDHDR`. */
function pamLayout(bytes: Uint8Array): Layout | null {
  const fields = new Map<string, string>();
  let at = 3;
  for (;;) {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) return null;
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + at, Math.min(end - at, 200))
      .toString('latin1')
      .trim();
    at = end + 1;
    if (line === 'ENDHDR') break;
    const [, name, value] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    if (name !== undefined) fields.set(name, value!);
    else if (line !== '' && !line.startsWith('#'))
      throw new DataError(`broken PAM: got the line ${JSON.stringify(line.slice(0, 40))}`);
  }
  const number = (name: string): number => {
    const text = fields.get(name) ?? '';
    if (/^\d{1,10}$/.test(text)) return Number(text);
    throw new DataError(
      `broken PAM: got the ${name.toLowerCase()} ${JSON.stringify(text.slice(0, 40))}, expected a number`,
    );
  };
  const [width, height, depth, greatest] = ['WIDTH', 'HEIGHT', 'DEPTH', 'MAXVAL'].map(number) as [
    number,
    number,
    number,
    number,
  ];
  checkGreatest(greatest);
  const type = fields.get('TUPLTYPE');
  const expected = type === undefined ? undefined : TUPLES[type];
  if (
    !(depth >= 1 && depth <= 4) ||
    (expected ?? depth) !== depth ||
    (type !== undefined && expected === undefined)
  ) {
    throw new DataError(
      `PAM of ${depth} samples a pixel of the type ${type ?? 'not given'}: expected grey or RGB; save it as PNG`,
    );
  }
  return { width, height, depth, greatest, values: 'bytes', isBitmap: false, start: at };
}

function checkGreatest(greatest: number): void {
  if (greatest >= 1 && greatest <= MAX_SAMPLE) return;
  throw new DataError(`broken PNM: got ${greatest} as its greatest value, expected 1 to ${MAX_SAMPLE}`);
}

function truncated(length: number, expected: string): DataError {
  return new DataError(`truncated PNM: ${length} bytes, expected ${expected}`);
}

/** Reads numbers between white space and comments, which go from '#' to the end of a line. */
class Tokens {
  constructor(
    private readonly bytes: Uint8Array,
    /** Byte offset behind the last number. */
    public at: number,
  ) {}

  /** Returns the next number; null if the bytes end before or in it. @throws DataError for anything else */
  number(): number | null {
    this.skip();
    const start = this.at;
    let value = 0;
    for (; isDigit(this.bytes[this.at]); this.at++) {
      if (this.at - start >= MAX_DIGITS)
        throw new DataError(`broken PNM: a number of over ${MAX_DIGITS} digits`);
      value = 10 * value + this.bytes[this.at]! - 0x30;
    }
    if (this.at > start) return value;
    return this.nothing();
  }

  /** Returns the next digit, 0 or 1; null if the bytes end before it. @throws DataError for anything else */
  digit(): number | null {
    this.skip();
    const value = this.bytes[this.at]! - 0x30;
    if (value !== 0 && value !== 1) return this.nothing();
    this.at++;
    return value;
  }

  private nothing(): null {
    if (this.at >= this.bytes.length) return null;
    throw new DataError(`broken PNM: got the byte ${this.bytes[this.at]} where a number was expected`);
  }

  private skip(): void {
    const { bytes } = this;
    for (;;) {
      while (isSpace(bytes[this.at])) this.at++;
      if (bytes[this.at] !== 0x23) return;
      while (this.at < bytes.length && bytes[this.at] !== 0x0a && bytes[this.at] !== 0x0d) this.at++;
    }
  }
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;
const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
