import type { ColumnMetaData } from 'hyparquet';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { deserializeTCompactProtocol, readVarInt } from 'hyparquet/src/thrift.js';
import { DataError } from './dataset';
import { PARQUET_COMPRESSORS } from './parquet-codecs';

const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const DATA_PAGE_V2 = 3;
const PLAIN = 0;
const PLAIN_DICTIONARY = 2;
const RLE_DICTIONARY = 8;

/** Pages of a column chunk, uncompressed. */
const LARGEST_CHUNK = 2 * 2 ** 30;

interface Page {
  readonly count: number;
  readonly encoding: number;
  /** Levels (where there are any) and values. */
  readonly bytes: Uint8Array;
  /** Where the run-length coded definition levels begin, and how many bytes they take; null: the page says so itself. */
  readonly levels: number | null;
}

/**
 * Checks a column chunk before it is decoded, because a decoder believes what pages say of themselves: no page may have more
 * values than the group has rows, nor more bytes than the chunk declares, and no run may be longer than its page.
 * @param chunk the pages of a column without repetition, as they lie in the file
 * @param depth the highest definition level, 0 or more
 * @param rows of the row group
 * @throws DataError with a short reason
 */
export function checkColumnChunk(
  chunk: Uint8Array,
  column: ColumnMetaData,
  depth: number,
  rows: number,
): void {
  const reader = { view: new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength), offset: 0 };
  let bytesLeft = Math.min(LARGEST_CHUNK, Number(column.total_uncompressed_size) + 1024);
  let rowsLeft = rows;
  while (reader.offset < chunk.length - 1) {
    const header = deserializeTCompactProtocol(reader) as Record<string, unknown>;
    const [type, size, compressedSize] = [header.field_1, header.field_2, header.field_3].map(Number);
    const end = reader.offset + compressedSize!;
    if (!(size! >= 0 && size! <= bytesLeft) || !(compressedSize! >= 0 && end <= chunk.length)) {
      throw new DataError(
        `broken: a page of ${size} bytes (${compressedSize} compressed), ${bytesLeft} expected at most`,
      );
    }
    bytesLeft -= size!;
    const compressed = chunk.subarray(reader.offset, end);
    reader.offset = end;
    if (type === DICTIONARY_PAGE) {
      const count = Number(fields(header.field_7).field_1);
      // Each value takes a byte at least; all that we read have four or more.
      if (!(count >= 0 && count <= size!)) throw new DataError(`broken: a dictionary of ${count}`);
      continue;
    }
    const page = readPage(type!, header, compressed, size!, column);
    if (!(page.count >= 0 && page.count <= rowsLeft)) {
      throw new DataError(`broken: a page of ${page.count} values, ${rowsLeft} expected at most`);
    }
    rowsLeft -= page.count;
    checkRuns(page, depth);
  }
}

function fields(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw new DataError('broken: a page without its header');
}

function readPage(
  type: number,
  header: Record<string, unknown>,
  compressed: Uint8Array,
  size: number,
  column: ColumnMetaData,
): Page {
  const decompress = (bytes: Uint8Array, length: number): Uint8Array =>
    decompressPage(bytes, length, column.codec, PARQUET_COMPRESSORS);
  if (type === DATA_PAGE) {
    const { field_1: count, field_2: encoding } = fields(header.field_5);
    return {
      count: Number(count),
      encoding: Number(encoding),
      bytes: decompress(compressed, size),
      levels: null,
    };
  }
  if (type !== DATA_PAGE_V2) throw new DataError(`a page of type ${type}, expected data or a dictionary`);
  const {
    field_1: count,
    field_4: encoding,
    field_5: levels,
    field_6: repetitions,
    field_7,
  } = fields(header.field_8);
  const before = Number(levels);
  if (Number(repetitions) !== 0 || !(before >= 0 && before <= Math.min(size, compressed.length))) {
    throw new DataError(`broken: levels of ${before} bytes in a page of ${size}`);
  }
  const isCompressed = field_7 !== false;
  const values = compressed.subarray(before);
  const whole = isCompressed ? decompress(values, size - before) : values;
  const bytes = Buffer.concat([compressed.subarray(0, before), whole]);
  return { count: Number(count), encoding: Number(encoding), bytes, levels: before };
}

function checkRuns({ count, encoding, bytes, levels }: Page, depth: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = levels ?? 0;
  if (depth > 0) {
    const start = levels === null ? 4 : 0;
    const length = levels ?? view.getUint32(0, true);
    checkRun(view, start, start + length, 32 - Math.clz32(depth), count);
    offset = start + length;
  }
  if (encoding === PLAIN) return;
  if (encoding !== PLAIN_DICTIONARY && encoding !== RLE_DICTIONARY) {
    throw new DataError(
      `values in the encoding ${encoding}, expected plain values or a dictionary; save it anew`,
    );
  }
  if (offset >= bytes.length) return;
  checkRun(view, offset + 1, bytes.length, bytes[offset]!, count);
}

/** Runs of one value, and groups of eight values in `width` bits each. */
function checkRun(view: DataView, start: number, end: number, width: number, count: number): void {
  if (width > 32 || end > view.byteLength) throw new DataError(`broken: levels or indices of ${width} bits`);
  const reader = { view, offset: start };
  for (let left = count; left > 0 && reader.offset < end;) {
    const header = readVarInt(reader);
    const isPacked = (header & 1) === 1;
    const values = isPacked ? (header >>> 1) * 8 : header >>> 1;
    // The last group of eight may not be full.
    if (values > left + (isPacked ? 7 : 0))
      throw new DataError(`broken: a run of ${values}, expected up to ${left}`);
    reader.offset += isPacked ? (values / 8) * width : (width + 7) >> 3;
    left -= values;
  }
}
