import { inflateSync } from 'node:zlib';
import type { RgbaImage } from './image';
import type { StoredScale } from '../stored-scale';
import { DataError } from '../data-error';

/** Samples per pixel of the colour types that may have 16 bits: grey, RGB, grey with opacity, RGB with opacity. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 };

/** Column and row of the first pixel, and steps between pixels, of each pass: of an interlaced image (Adam7), or of another. */
const INTERLACED = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const SEQUENTIAL = [[0, 0, 1, 1]] as const;

/** Bytes after the last pixel that are ignored, as in other decoders. */
const MAX_EXTRA_BYTES = 65_536;

/** Whether a PNG has 16 bits per sample. @param bytes at least its header */
export function isDeepPng(bytes: Uint8Array): boolean {
  return bytes[24] === 16;
}

/**
 * Decodes a PNG of 16 bits per sample, with all of their bits.
 * @param bytes of chunks that have been checked, see `essentialPng`
 * @throws DataError if the header or the pixel data is broken
 */
export function decodeDeepPng(bytes: Uint8Array, scale: StoredScale): RgbaImage {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const [colourType, compression, filtering, interlacing] = bytes.subarray(25, 29);
  const samples = SAMPLES[colourType!];
  if (samples === undefined || compression !== 0 || filtering !== 0 || interlacing! > 1) {
    const got = `colour type ${colourType}, compression ${compression}, filters ${filtering}, interlace ${interlacing}`;
    throw new DataError(`broken PNG: 16 bits of ${got}`);
  }
  const passes = (interlacing === 1 ? INTERLACED : SEQUENTIAL).map(([x, y, stepX, stepY]) => ({
    ...{ x, y, stepX, stepY },
    columns: Math.max(0, Math.ceil((width - x) / stepX)),
    rows: Math.max(0, Math.ceil((height - y) / stepY)),
  }));
  const pixelBytes = 2 * samples;
  const lengthOf = ({ columns, rows }: (typeof passes)[number]) =>
    columns === 0 ? 0 : rows * (1 + columns * pixelBytes);
  const data = inflated(
    bodiesOf(bytes, 'IDAT'),
    passes.reduce((sum, pass) => sum + lengthOf(pass), 0),
  );
  const [key] = bodiesOf(bytes, 'tRNS');
  const place = placer({ samples, key }, scale);
  scale.begin(false, [0, 65_535]);
  const pixels = new Uint8Array(width * height * 4);
  let start = 0;
  for (const pass of passes) {
    if (lengthOf(pass) === 0) continue;
    const line = 1 + pass.columns * pixelBytes;
    unfilter(data.subarray(start, start + lengthOf(pass)), line, pixelBytes);
    for (let row = 0; row < pass.rows; row++) {
      let from = start + row * line + 1;
      let to = 4 * ((pass.y + row * pass.stepY) * width + pass.x);
      for (let column = 0; column < pass.columns; column++, from += pixelBytes, to += 4 * pass.stepX)
        place(data, from, pixels, to);
    }
    start += lengthOf(pass);
  }
  return { width, height, data: pixels };
}

/** Returns the contents of the chunks of a name. */
function bodiesOf(bytes: Uint8Array, name: string): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bodies: Uint8Array[] = [];
  for (let position = 8; position + 12 <= bytes.length;) {
    const length = view.getUint32(position);
    const own = Buffer.from(bytes.buffer, bytes.byteOffset + position + 4, 4).toString('latin1');
    if (own === name) bodies.push(bytes.subarray(position + 8, position + 8 + length));
    position += 12 + length;
  }
  return bodies;
}

/** Inflates pixel data of a known length, in one buffer of it. */
function inflated(parts: readonly Uint8Array[], length: number): Uint8Array {
  const most = length + MAX_EXTRA_BYTES;
  let data: Uint8Array;
  try {
    data = inflateSync(Buffer.concat(parts), { maxOutputLength: most, chunkSize: Math.max(64, most) });
  } catch {
    throw new DataError('broken PNG: its pixel data cannot be decompressed');
  }
  if (data.length >= length) return data;
  throw new DataError(`broken PNG: ${data.length} bytes of pixel data, expected ${length}`);
}

/** Undoes the filters of the lines of a pass, in place; the first byte of a line is its filter. */
function unfilter(lines: Uint8Array, length: number, pixelBytes: number): void {
  let above: Uint8Array = new Uint8Array(length);
  for (let start = 0; start < lines.length; start += length) {
    const line = lines.subarray(start, start + length);
    const undo = FILTERS[line[0]!];
    if (!undo) throw new DataError(`broken PNG: filter ${line[0]}, expected 0 to 4`);
    undo(line, above, pixelBytes);
    above = line;
  }
}

/** Adds to the bytes of a line, from its second byte, what a filter predicts from the bytes to the left and above. */
type Filter = (line: Uint8Array, above: Uint8Array, pixelBytes: number) => void;

const FILTERS: readonly Filter[] = [
  () => undefined,
  (line, _, pixelBytes) => {
    for (let i = 1 + pixelBytes; i < line.length; i++) line[i] = line[i]! + line[i - pixelBytes]!;
  },
  (line, above) => {
    for (let i = 1; i < line.length; i++) line[i] = line[i]! + above[i]!;
  },
  (line, above, pixelBytes) => {
    for (let i = 1; i <= pixelBytes; i++) line[i] = line[i]! + (above[i]! >> 1);
    for (let i = 1 + pixelBytes; i < line.length; i++)
      line[i] = line[i]! + ((line[i - pixelBytes]! + above[i]!) >> 1);
  },
  (line, above, pixelBytes) => {
    for (let i = 1; i <= pixelBytes; i++) line[i] = line[i]! + above[i]!;
    for (let i = 1 + pixelBytes; i < line.length; i++) {
      const left = line[i - pixelBytes]!;
      const up = above[i]!;
      const corner = above[i - pixelBytes]!;
      const toLeft = Math.abs(up - corner);
      const toUp = Math.abs(left - corner);
      const toCorner = Math.abs(left + up - 2 * corner);
      const nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
      line[i] = line[i]! + nearest;
    }
  },
];

interface PixelKind {
  readonly samples: number;
  /** The samples that are transparent, if any: 2 bytes each, for images without opacity. */
  readonly key: Uint8Array | undefined;
}

/** Returns a function that converts the pixel at one place to red, green, blue and opacity at another. */
function placer({ samples, key }: PixelKind, scale: StoredScale) {
  const colours = samples < 3 ? 1 : 3;
  const hasKey = samples === colours && key?.length === 2 * colours;
  return (data: Uint8Array, from: number, pixels: Uint8Array, to: number): void => {
    let at = from;
    for (let c = 0; c < colours; c++, at += 2)
      pixels[to + c] = scale.toByte((data[at]! << 8) | data[at + 1]!);
    if (colours === 1) pixels[to + 1] = pixels[to + 2] = pixels[to]!;
    if (samples > colours) pixels[to + 3] = scale.toOpacity((data[at]! << 8) | data[at + 1]!);
    else pixels[to + 3] = hasKey && key.every((byte, i) => data[from + i] === byte) ? 0 : 255;
  };
}
