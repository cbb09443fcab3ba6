import type { ColumnMetaData } from 'hyparquet';
import { DICTIONARY_PAGE, pageHeaderOf, readDataPage, readDictionary } from './parquet-page';
import type { Levels, PageHeader, Slices } from './parquet-page';
import { readThrift } from './parquet-thrift';
import type { RandomAccessFile } from '../zip/random-access';
import { DataError } from '../../images/data-error';

/** Uncompressed size in bytes up to which pages are accepted at any compression ratio. */
const SMALL_PAGE_BYTES = 64 * 2 ** 20;
/** Limits for larger pages: uncompressed bytes, and their ratio to the compressed bytes. */
const MAX_PAGE_BYTES = 2 ** 30;
const MAX_PAGE_RATIO = 20;

/** Bytes read for a page header: enough for nearly all, then enough for headers with long statistics. */
const HEADER_BYTES = 65_536;
const LONG_HEADER_BYTES = 4 * 2 ** 20;
const MAX_HEADER_VALUES = 1000;
/** Limits of the values of lists: per row on average, and per row group. */
const MAX_VALUES_A_ROW = 1000;
const MAX_LIST_VALUES = 20_000_000;

/** Values of consecutive rows of a row group. Lists of a row may go on in the next page. */
export interface ColumnPage extends Slices {
  /** Index of the first row in its group. */
  readonly first: number;
}

/**
 * A sequential reader of the pages of a column in a row group. Decoders trust page headers, so each is checked first: a page may
 * not have more values than the group has rows left (lists: more than a thousand a row), nor more bytes than the chunk declares
 * and its compressed size justifies. Pages of lists cannot be skipped.
 */
export class ColumnPages {
  private dictionary: Slices | null = null;
  private offset: number;
  private bytesLeft: number;
  private rowsDone = 0;
  private valuesDone = 0;
  private readonly end: number;

  /**
   * @param highest the highest levels of the column
   * @param rows number of rows in the group
   * @param onPage called with the uncompressed bytes of a page before decompression
   */
  constructor(
    private readonly column: ColumnMetaData,
    private readonly highest: Levels,
    private readonly rows: number,
    private readonly onPage: (bytes: number) => void,
  ) {
    this.offset = Number(column.dictionary_page_offset || column.data_page_offset);
    this.bytesLeft = Number(column.total_uncompressed_size) + 1024;
    this.end = this.offset + Number(column.total_compressed_size);
  }

  /** Index of the first row of the next page. */
  get next(): number {
    return this.rowsDone;
  }

  /**
   * Reads the next page that contains `row` or a later row, without decompressing the pages before. Null after the last page.
   * @throws DataError with a short reason; other errors come from the decompressors
   */
  async read(file: RandomAccessFile, row: number): Promise<ColumnPage | null> {
    for (;;) {
      // Some writers leave a trailing byte, which is not a page.
      const isList = this.highest.repetition > 0;
      const isDone = !isList && this.rowsDone >= this.rows;
      if (isDone || this.offset >= this.end - 1) return null;
      const { header, start } = await this.header(file);
      const isNeeded = isList || header.type === DICTIONARY_PAGE || this.rowsDone + header.count > row;
      this.check(header, start);
      if (isNeeded) this.onPage(header.size);
      const compressed = isNeeded ? await file.read(start, header.compressedSize) : null;
      this.offset = start + header.compressedSize;
      if (header.type === DICTIONARY_PAGE) {
        this.dictionary = readDictionary(header, compressed!, this.column);
        continue;
      }
      const first = this.rowsDone;
      this.valuesDone += header.count;
      if (!isList) this.rowsDone += header.count;
      if (!compressed) continue;
      const { highest, dictionary } = this;
      const values = readDataPage(header, compressed, this.column, { highest, dictionary });
      for (const level of values.repetitions ?? []) if (level === 0) this.rowsDone++;
      if (this.rowsDone > this.rows) throw new DataError(`broken: more than ${this.rows} lists`);
      return { first, ...values };
    }
  }

  private async header(file: RandomAccessFile): Promise<{ header: PageHeader; start: number }> {
    const left = this.end - this.offset;
    for (const limit of [HEADER_BYTES, LONG_HEADER_BYTES]) {
      const bytes = await file.read(this.offset, Math.min(limit, left));
      try {
        const { struct, end } = readThrift(bytes, MAX_HEADER_VALUES);
        return { header: pageHeaderOf(struct), start: this.offset + end };
      } catch (error) {
        if (error instanceof DataError || bytes.length === left) throw error;
      }
    }
    throw new DataError(`broken: the header of a page has more than ${LONG_HEADER_BYTES} bytes`);
  }

  private check({ type, size, compressedSize, count }: PageHeader, start: number): void {
    const { bytesLeft } = this;
    if (!(size >= 0 && size <= bytesLeft) || !(compressedSize >= 0 && start + compressedSize <= this.end)) {
      const got = `a page of ${size} bytes (${compressedSize} compressed)`;
      throw new DataError(`broken: ${got}, ${bytesLeft} expected at most`);
    }
    const limit = Math.max(SMALL_PAGE_BYTES, Math.min(MAX_PAGE_BYTES, MAX_PAGE_RATIO * compressedSize));
    if (size > limit) {
      const got = `a page of ${size} bytes from ${compressedSize} compressed ones`;
      throw new DataError(`${got}, ${limit} expected at most; save it with smaller pages`);
    }
    this.bytesLeft -= size;
    if (type === DICTIONARY_PAGE) return;
    const most =
      this.highest.repetition > 0 ? Math.min(MAX_LIST_VALUES, MAX_VALUES_A_ROW * this.rows) : this.rows;
    const left = most - this.valuesDone;
    if (!(count >= 0 && count <= left)) {
      throw new DataError(`broken: a page of ${count} values, ${left} expected at most`);
    }
  }
}
