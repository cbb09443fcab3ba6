import type { ColumnMetaData } from 'hyparquet';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { PARQUET_COMPRESSORS } from './parquet-codecs';
import { readRuns } from './parquet-runs';
import { DataError } from '../../images/data-error';
import { allocateShared } from '../shared-memory';

const DATA_PAGE = 0;
export const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const PLAIN_ENCODING = 0;
const PLAIN_DICTIONARY = 2;
const RLE = 3;
const RLE_DICTIONARY = 8;

/** Values as slices of a common buffer. */
export interface Slices {
  readonly bytes: Uint8Array;
  /** Offset of each value in `bytes`. */
  readonly starts: Uint32Array;
  /** Length of each value in bytes; -1 for a missing value. */
  readonly lengths: Int32Array;
  /** Of a column of lists: the repetition level of each value, 0 for the first of a row; null otherwise. */
  readonly repetitions: Uint32Array | null;
}

/** The highest levels of a column; values of the definition level are present. */
export interface Levels {
  readonly definition: number;
  readonly repetition: number;
}

/** The header of a page. */
export interface PageHeader {
  readonly type: number;
  /** Bytes of the page: uncompressed, and as stored in the file (`compressedSize`). */
  readonly size: number;
  readonly compressedSize: number;
  /** Number of values, including missing ones. */
  readonly count: number;
  readonly encoding: number;
  /** Bytes of the uncompressed levels before the values, repetition levels first; null if the page body contains these lengths. */
  readonly levels: { readonly repetition: number; readonly definition: number } | null;
  readonly isCompressed: boolean;
}

type Thrift = Readonly<Record<string, unknown>>;

/** Converts a page header. @param header decoded Thrift struct @throws DataError for an unsupported or broken page */
export function pageHeaderOf(header: Thrift): PageHeader {
  const [type, size, compressedSize] = [header.field_1, header.field_2, header.field_3].map(Number);
  const sizes = { type: type!, size: size!, compressedSize: compressedSize! };
  if (type === DICTIONARY_PAGE) {
    const count = Number(fields(header.field_7).field_1);
    return { ...sizes, count, encoding: PLAIN_ENCODING, levels: null, isCompressed: true };
  }
  if (type === DATA_PAGE) {
    const { field_1: count, field_2: encoding } = fields(header.field_5);
    return { ...sizes, count: Number(count), encoding: Number(encoding), levels: null, isCompressed: true };
  }
  if (type !== DATA_PAGE_V2) throw new DataError(`a page of type ${type}, expected data or a dictionary`);
  const second = fields(header.field_8);
  const levels = { definition: Number(second.field_5), repetition: Number(second.field_6) };
  const length = levels.definition + levels.repetition;
  const isInside = length <= Math.min(sizes.size, sizes.compressedSize);
  if (!(levels.definition >= 0 && levels.repetition >= 0) || !isInside) {
    throw new DataError(`broken: levels of ${length} bytes in a page of ${size}`);
  }
  return {
    ...sizes,
    count: Number(second.field_1),
    encoding: Number(second.field_4),
    levels,
    isCompressed: second.field_7 !== false,
  };
}

function fields(value: unknown): Thrift {
  if (typeof value === 'object' && value !== null) return value as Thrift;
  throw new DataError('broken: a page without its header');
}

/**
 * Reads the values of a dictionary page into shared memory.
 * @throws DataError if it declares more values than bytes; every supported value takes at least four bytes
 */
export function readDictionary(header: PageHeader, compressed: Uint8Array, column: ColumnMetaData): Slices {
  const { count, size } = header;
  if (!(count >= 0 && count <= size)) throw new DataError(`broken: a dictionary of ${count}`);
  const plain = decompress(compressed, size, column);
  const bytes = allocateShared(plain.length);
  bytes.set(plain);
  return plainSlices(bytes, 0, count, column);
}

/**
 * Reads the values of a data page.
 * @param highest the highest levels of the column, 0 or more
 * @throws DataError with a short reason; other errors come from the decompressors
 */
export function readDataPage(
  header: PageHeader,
  compressed: Uint8Array,
  column: ColumnMetaData,
  { highest, dictionary }: { readonly highest: Levels; readonly dictionary: Slices | null },
): Slices {
  const { count, encoding } = header;
  const bytes = wholePage(header, compressed, column);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  const levelsOf = (kind: 'repetition' | 'definition'): Uint32Array | null => {
    const { [kind]: most } = highest;
    const length = header.levels?.[kind] ?? (most > 0 ? view.getUint32(offset, true) : 0);
    const start = offset + (header.levels === null && most > 0 ? 4 : 0);
    offset = start + length;
    return most > 0 ? readRuns(bytes, { start, end: offset }, 32 - Math.clz32(most), count) : null;
  };
  const repetitions = levelsOf('repetition');
  const levels = levelsOf('definition');
  const depth = highest.definition;
  const present = levels ? levels.reduce((sum, level) => sum + (level === depth ? 1 : 0), 0) : count;
  const whole = (values: Slices): Slices => ({ ...spread(values, levels, depth), repetitions });
  if (encoding === PLAIN_ENCODING) return whole(plainSlices(bytes, offset, present, column));
  if (encoding === RLE && column.type === 'BOOLEAN') return whole(runBooleans(bytes, offset, present));
  if (encoding !== PLAIN_DICTIONARY && encoding !== RLE_DICTIONARY) {
    const expected = 'expected plain values or a dictionary; save the file again';
    throw new DataError(`values in the encoding ${encoding}, ${expected}`);
  }
  if (!dictionary) throw new DataError('broken: a page of indices without a dictionary');
  const place = { start: offset + 1, end: bytes.length };
  const indices = present === 0 ? new Uint32Array() : readRuns(bytes, place, view.getUint8(offset), present);
  return whole(chosen(dictionary, indices));
}

/** Returns the uncompressed levels and values. */
function wholePage(header: PageHeader, compressed: Uint8Array, column: ColumnMetaData): Uint8Array {
  const { size, levels, isCompressed } = header;
  if (levels === null) return decompress(compressed, size, column);
  const before = levels.repetition + levels.definition;
  const values = compressed.subarray(before);
  const plain = isCompressed ? decompress(values, size - before, column) : values;
  const whole = new Uint8Array(before + plain.length);
  whole.set(compressed.subarray(0, before));
  whole.set(plain, before);
  return whole;
}

function decompress(bytes: Uint8Array, size: number, { codec }: ColumnMetaData): Uint8Array {
  return decompressPage(bytes, size, codec, PARQUET_COMPRESSORS);
}

/** Bytes of plain values of a type; all others are preceded by their length. */
const FIXED: Readonly<Record<string, number>> = { INT32: 4, FLOAT: 4, INT64: 8, DOUBLE: 8 };

/** Reads plain-encoded values: truth values as bits, numbers of four or eight bytes, or bytes preceded by their length. */
function plainSlices(bytes: Uint8Array, from: number, count: number, { type }: ColumnMetaData): Slices {
  if (type === 'BOOLEAN')
    return booleans(
      Uint8Array.from({ length: bitsIn(bytes, from, count) }, (_, i) => {
        return (bytes[from + (i >>> 3)]! >>> (i & 7)) & 1;
      }),
    );
  const fixed = FIXED[type] ?? null;
  if (!(count * (fixed ?? 4) <= bytes.length - from)) {
    throw new DataError(`broken: ${count} values in ${bytes.length - from} bytes`);
  }
  const starts = new Uint32Array(count);
  const lengths = new Int32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = from;
  for (let i = 0; i < count; i++) {
    const start = fixed === null ? at + 4 : at;
    const length = fixed ?? view.getUint32(at, true);
    if (start + length > bytes.length) {
      throw new DataError(`broken: a value of ${length} bytes, its page has ${bytes.length - start} more`);
    }
    starts[i] = start;
    lengths[i] = length;
    at = start + length;
  }
  return { bytes, starts, lengths, repetitions: null };
}

/** Returns `count` if there are that many bits. @throws DataError otherwise, before memory is taken for them */
function bitsIn(bytes: Uint8Array, from: number, count: number): number {
  if (count <= 8 * (bytes.length - from)) return count;
  throw new DataError(`broken: ${count} truth values in ${bytes.length - from} bytes`);
}

/** Reads truth values as runs, preceded by their length in bytes. */
function runBooleans(bytes: Uint8Array, from: number, count: number): Slices {
  const runs = readRuns(bytes, { start: from + 4, end: bytes.length }, 1, count);
  return booleans(Uint8Array.from(runs));
}

/** Returns truth values as one byte each. */
function booleans(bytes: Uint8Array): Slices {
  const starts = Uint32Array.from(bytes.keys());
  return { bytes, starts, lengths: new Int32Array(bytes.length).fill(1), repetitions: null };
}

function chosen({ bytes, starts, lengths }: Slices, indices: Uint32Array): Slices {
  const wrong = indices.find((index) => index >= starts.length);
  if (wrong !== undefined) throw new DataError(`broken: value ${wrong} of a dictionary of ${starts.length}`);
  return {
    bytes,
    starts: indices.map((index) => starts[index]!),
    lengths: Int32Array.from(indices, (index) => lengths[index]!),
    repetitions: null,
  };
}

/** Inserts an entry of length -1 for each missing value. */
function spread(values: Slices, levels: Uint32Array | null, depth: number): Slices {
  const { bytes, starts, lengths, repetitions } = values;
  if (!levels || starts.length === levels.length) return values;
  const all = {
    bytes,
    repetitions,
    starts: new Uint32Array(levels.length),
    lengths: new Int32Array(levels.length).fill(-1),
  };
  let next = 0;
  levels.forEach((level, i) => {
    if (level !== depth) return;
    all.starts[i] = starts[next]!;
    all.lengths[i] = lengths[next++]!;
  });
  return all;
}
