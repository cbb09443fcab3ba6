import { parquetMetadata, parquetSchema } from 'hyparquet';
import type { ColumnMetaData, FileMetaData, SchemaTree } from 'hyparquet';
import { ColumnPages } from './parquet-column';
import type { Levels } from './parquet-page';
import { checkThrift } from './parquet-thrift';
import type { RandomAccessFile } from '../zip/random-access';
import { DataError } from '../../images/data-error';

export const PARQUET_MAGIC = Buffer.from('PAR1', 'latin1');

/** Limits of the footer, which describes the file: bytes in total, and share of the file unless the footer is small. */
const MAX_FOOTER_BYTES = 16 * 2 ** 20;
const SMALL_FOOTER_BYTES = 2 ** 20;
const MAX_FOOTER_SHARE = 1 / 4;
/** Limit of values in the footer: numbers, names, statistics. */
const MAX_FOOTER_VALUES = 3_000_000;
const MAX_ROWS = 10_000_000;
/** Rows accepted for any file size, and bytes per further row: an image takes some bytes, even if many are equal. */
const FEW_ROWS = 10_000;
const MIN_ROW_BYTES = 4;
/** Limit of a column's uncompressed bytes: this, or `MAX_COMPRESSION_RATIO` times the file size if larger. */
const HARMLESS_BYTES = 2 ** 30;
const MAX_COMPRESSION_RATIO = 200;

/** Metadata of a Parquet file. */
export class ParquetFile {
  private constructor(
    readonly name: string,
    readonly size: number,
    readonly metadata: FileMetaData,
    readonly schema: SchemaTree,
    /** Number of rows in each group. */
    readonly groups: readonly number[],
  ) {}

  /** Reads and checks the footer. @throws DataError that names the file */
  static async open(file: RandomAccessFile): Promise<ParquetFile> {
    const { name, size } = file;
    const tail = await file.read(Math.max(0, size - 8), Math.min(8, size));
    if (tail.length < 8 || !tail.subarray(4).equals(PARQUET_MAGIC)) {
      throw new DataError(`${name}: not a Parquet file, or a truncated one: expected it to end in PAR1`);
    }
    const length = tail.readUInt32LE(0);
    const share = Math.max(SMALL_FOOTER_BYTES, MAX_FOOTER_SHARE * size);
    const limit = Math.floor(Math.min(MAX_FOOTER_BYTES, share, size - 12));
    if (length > limit) {
      throw new DataError(`${name}: a description of ${length} bytes, expected ${limit} at most`);
    }
    const footer = await file.read(size - 8 - length, length + 8);
    return explained(name, () => {
      checkThrift(footer.subarray(0, length), MAX_FOOTER_VALUES);
      const metadata = parquetMetadata(Uint8Array.from(footer), { geoparquet: false });
      const groups = metadata.row_groups.map(({ num_rows }) => Number(num_rows));
      const rows = groups.reduce((a, b) => a + b, 0);
      const limit = Math.min(MAX_ROWS, FEW_ROWS + Math.floor(size / MIN_ROW_BYTES));
      if (!groups.every((count) => count >= 0) || rows > limit) {
        throw new DataError(`${rows} rows in ${size} bytes, expected 0 to ${limit}; split the file`);
      }
      return new ParquetFile(name, size, metadata, parquetSchema(metadata), groups);
    });
  }

  /**
   * Returns the declared uncompressed bytes of a column in all groups; decompression never exceeds them.
   * @throws DataError that names the file if they exceed the limit
   */
  declaredBytes(path: readonly string[]): number {
    let total = 0;
    for (const group of this.groups.keys()) {
      const bytes = Number(this.column(path, group).total_uncompressed_size);
      total += bytes >= 0 ? bytes : Infinity;
    }
    const limit = Math.max(HARMLESS_BYTES, MAX_COMPRESSION_RATIO * this.size);
    if (total <= limit) return total;
    const got = `${this.size} bytes declare ${total} bytes in column ${path.join('.')}`;
    throw new DataError(`${this.name}: ${got}, expected ${limit} at most; split the file, or save it again`);
  }

  /**
   * Returns the pages of a column in a row group.
   * @param onPage called with the uncompressed bytes of a page before decompression
   * @throws DataError that names the file
   */
  pages(path: readonly string[], group: number, onPage: (bytes: number) => void): ColumnPages {
    return new ColumnPages(this.column(path, group), this.levelsOf(path), this.groups[group]!, onPage);
  }

  private column(path: readonly string[], group: number): ColumnMetaData {
    const isIt = (other: readonly string[]) => other.join('\n') === path.join('\n');
    const chunk = this.metadata.row_groups[group]!.columns.find(
      ({ meta_data: column }) => column && isIt(column.path_in_schema),
    );
    if (!chunk?.meta_data) {
      throw new DataError(`${this.name}: broken: row group ${group} has no column ${path.join('.')}`);
    }
    if (chunk.file_path !== undefined) {
      throw new DataError(`${this.name}: its data is in another file, expected it in this one`);
    }
    return chunk.meta_data;
  }

  /** Returns the highest levels: the number of optional and repeated parts in the path, and of the repeated ones. */
  private levelsOf(path: readonly string[]): Levels {
    let [definition, repetition] = [0, 0];
    let node: SchemaTree | undefined = this.schema;
    for (const part of path) {
      node = node.children.find(({ element }) => element.name === part);
      if (!node) throw new DataError(`${this.name}: broken: no column ${path.join('.')}`);
      const { repetition_type: kind } = node.element;
      if (kind === 'REPEATED') repetition++;
      if (kind === 'REPEATED' || kind === 'OPTIONAL') definition++;
    }
    return { definition, repetition };
  }
}

/** Runs `read` and attributes any error except an abort to the file. @throws DataError that names the file */
export async function explained<T>(file: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'AbortError' || (error instanceof DataError && message.startsWith(`${file}: `))) throw error;
    throw new DataError(
      `${file}: ${error instanceof DataError ? message : `broken Parquet file: ${message}`}`,
    );
  }
}
