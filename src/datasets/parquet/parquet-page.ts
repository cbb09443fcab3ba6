import type { ColumnMetaData } from 'hyparquet';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { PARQUET_COMPRESSORS } from './parquet-codecs';
import { readRuns } from './parquet-runs';
import { DataError } from '../../images/data-error';

const DATA_PAGE = 0;
export const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const PLAIN_ENCODING = 0;
const PLAIN_DICTIONARY = 2;
const RLE_DICTIONARY = 8;

/** Values as slices of a common buffer. */
export interface Slices {
  readonly bytes: Uint8Array;
  /** Offset of each value in `bytes`. */
  readonly starts: Uint32Array;
  /** Length of each value in bytes; -1 for a missing value. */
  readonly lengths: Int32Array;
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
  /** Bytes of the uncompressed levels before the values; null if the page body contains this length. */
  readonly levels: number | null;
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
  const levels = Number(second.field_5);
  const isInside = levels >= 0 && levels <= Math.min(sizes.size, sizes.compressedSize);
  if (Number(second.field_6) !== 0 || !isInside) {
    throw new DataError(`broken: levels of ${levels} bytes in a page of ${size}`);
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
  const bytes = new Uint8Array(new SharedArrayBuffer(plain.length));
  bytes.set(plain);
  return plainSlices(bytes, 0, count, column);
}

/**
 * Reads the values of a data page.
 * @param depth the highest definition level, 0 or more
 * @throws DataError with a short reason; other errors come from the decompressors
 */
export function readDataPage(
  header: PageHeader,
  compressed: Uint8Array,
  column: ColumnMetaData,
  { depth, dictionary }: { readonly depth: number; readonly dictionary: Slices | null },
): Slices {
  const { count, encoding } = header;
  const bytes = wholePage(header, compressed, column);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = header.levels ?? 0;
  let levels: Uint32Array | null = null;
  if (depth > 0) {
    const start = header.levels === null ? 4 : 0;
    offset = start + (header.levels ?? view.getUint32(0, true));
    levels = readRuns(bytes, { start, end: offset }, 32 - Math.clz32(depth), count);
  }
  const present = levels ? levels.reduce((sum, level) => sum + (level === depth ? 1 : 0), 0) : count;
  if (encoding === PLAIN_ENCODING) return spread(plainSlices(bytes, offset, present, column), levels, depth);
  if (encoding !== PLAIN_DICTIONARY && encoding !== RLE_DICTIONARY) {
    const expected = 'expected plain values or a dictionary; save the file again';
    throw new DataError(`values in the encoding ${encoding}, ${expected}`);
  }
  if (!dictionary) throw new DataError('broken: a page of indices without a dictionary');
  const place = { start: offset + 1, end: bytes.length };
  const indices = present === 0 ? new Uint32Array() : readRuns(bytes, place, view.getUint8(offset), present);
  return spread(chosen(dictionary, indices), levels, depth);
}

/** Returns the uncompressed levels and values. */
function wholePage(header: PageHeader, compressed: Uint8Array, column: ColumnMetaData): Uint8Array {
  const { size, levels, isCompressed } = header;
  if (levels === null) return decompress(compressed, size, column);
  const values = compressed.subarray(levels);
  const plain = isCompressed ? decompress(values, size - levels, column) : values;
  const whole = new Uint8Array(levels + plain.length);
  whole.set(compressed.subarray(0, levels));
  whole.set(plain, levels);
  return whole;
}

function decompress(bytes: Uint8Array, size: number, { codec }: ColumnMetaData): Uint8Array {
  return decompressPage(bytes, size, codec, PARQUET_COMPRESSORS);
}

/** Reads plain-encoded values: numbers of four or eight bytes, or bytes preceded by their length. */
function plainSlices(bytes: Uint8Array, from: number, count: number, { type }: ColumnMetaData): Slices {
  const fixed = type === 'INT32' ? 4 : type === 'INT64' ? 8 : null;
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
  return { bytes, starts, lengths };
}

function chosen({ bytes, starts, lengths }: Slices, indices: Uint32Array): Slices {
  const wrong = indices.find((index) => index >= starts.length);
  if (wrong !== undefined) throw new DataError(`broken: value ${wrong} of a dictionary of ${starts.length}`);
  return {
    bytes,
    starts: indices.map((index) => starts[index]!),
    lengths: Int32Array.from(indices, (index) => lengths[index]!),
  };
}

/** Inserts an entry of length -1 for each missing value. */
function spread({ bytes, starts, lengths }: Slices, levels: Uint32Array | null, depth: number): Slices {
  if (!levels || starts.length === levels.length) return { bytes, starts, lengths };
  const all = {
    bytes,
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
