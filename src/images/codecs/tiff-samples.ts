import { halfFloats } from '../half-precision';
import type { ValueRange } from '../value-range';

/** How a TIFF stores numbers, by SampleFormat. */
export type TiffNumbers = 'unsigned' | 'signed' | 'float';

/** The part of a layout that says how lines of samples are stored. */
export interface SampleLayout {
  readonly bits: number;
  readonly numbers: TiffNumbers;
  readonly littleEndian: boolean;
  /** Samples per line of a strip or tile. */
  readonly count: number;
  /** Samples that lie side by side for a pixel. */
  readonly interleaved: number;
  /** TIFF's predictor: 1 none, 2 horizontal differences, 3 differences of the bytes of floating-point numbers. */
  readonly predictor: number;
}

/** Bits per sample that are possible for each kind of numbers. */
export const SAMPLE_BITS: Readonly<Record<TiffNumbers, readonly number[]>> = {
  unsigned: [1, 2, 4, 8, 10, 12, 14, 16, 32, 64],
  signed: [8, 16, 32, 64],
  float: [16, 32, 64],
};

/** Returns the range of a type: that of whole numbers of its bits, or 0 to 1. */
export function rangeOfSamples(numbers: TiffNumbers, bits: number): ValueRange {
  if (numbers === 'float') return [0, 1];
  return numbers === 'signed' ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
}

type Samples = ArrayLike<number> | ArrayLike<bigint>;

/** Returns a function that reads the samples of a line, as they are stored. Its result is valid until the next call. */
export function sampleReader(layout: SampleLayout): (line: Uint8Array) => Samples {
  const { bits, count, littleEndian } = layout;
  if (bits % 8 !== 0) return packedReader(bits, count);
  const size = bits / 8;
  const bytes = Buffer.from(new ArrayBuffer(count * size));
  const words = WORDS[size]!(bytes.buffer);
  const values = typed(layout, bytes.buffer, words);
  return (line) => {
    bytes.set(line.subarray(0, bytes.length));
    if (layout.predictor === 3) joinByteDifferences(bytes, layout);
    else if (!littleEndian) swap(bytes, size);
    if (layout.predictor === 2) joinDifferences(words, layout.interleaved);
    return values();
  };
}

type Words = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

const WORDS: Readonly<Record<number, (buffer: ArrayBuffer) => Words>> = {
  1: (buffer) => new Uint8Array(buffer),
  2: (buffer) => new Uint16Array(buffer),
  4: (buffer) => new Uint32Array(buffer),
  8: (buffer) => new BigUint64Array(buffer),
};

/** Returns a function that gives the words of a line the meaning of the layout. */
function typed({ numbers, bits }: SampleLayout, buffer: ArrayBuffer, words: Words): () => Samples {
  if (numbers === 'unsigned') return () => words;
  if (numbers === 'float' && bits === 16) return () => halfFloats(words as Uint16Array);
  const Values = (numbers === 'float' ? FLOATS : SIGNED)[bits / 8]!;
  const values = new Values(buffer);
  return () => values;
}

type SamplesConstructor = new (buffer: ArrayBuffer) => Samples;
const FLOATS: Readonly<Record<number, SamplesConstructor>> = { 4: Float32Array, 8: Float64Array };
const SIGNED: Readonly<Record<number, SamplesConstructor>> = {
  ...{ 1: Int8Array, 2: Int16Array, 4: Int32Array, 8: BigInt64Array },
};

function swap(bytes: Buffer, size: number): void {
  if (size === 2) bytes.swap16();
  if (size === 4) bytes.swap32();
  if (size === 8) bytes.swap64();
}

/** Adds up horizontal differences, which wrap around. The words of floating-point numbers count as whole numbers. */
function joinDifferences(words: Words, interleaved: number): void {
  if (words instanceof BigUint64Array) {
    for (let i = interleaved; i < words.length; i++) words[i] = words[i]! + words[i - interleaved]!;
  } else {
    for (let i = interleaved; i < words.length; i++) words[i] = words[i]! + words[i - interleaved]!;
  }
}

/**
 * Undoes the predictor 3: of the numbers of a line, the first bytes lie together, then the second bytes, and so on, from
 * the most significant one; then each is the difference from the byte a pixel before it.
 */
function joinByteDifferences(bytes: Buffer, { count, interleaved, bits }: SampleLayout): void {
  const size = bits / 8;
  for (let i = interleaved; i < bytes.length; i++) bytes[i] = bytes[i]! + bytes[i - interleaved]!;
  const planes = Uint8Array.from(bytes);
  for (let i = 0; i < count; i++) {
    for (let byte = 0; byte < size; byte++) bytes[i * size + byte] = planes[(size - 1 - byte) * count + i]!;
  }
}

/** Reads samples that are packed, the first in the highest bits. */
function packedReader(bits: number, count: number): (line: Uint8Array) => Uint16Array {
  const samples = new Uint16Array(count);
  const mask = (1 << bits) - 1;
  return (line) => {
    let waiting = 0;
    let buffer = 0;
    for (let i = 0, position = 0; i < count; i++) {
      for (; waiting < bits; waiting += 8) buffer = ((buffer << 8) | line[position++]!) & 0x3fffffff;
      waiting -= bits;
      samples[i] = (buffer >> waiting) & mask;
    }
    return samples;
  };
}
