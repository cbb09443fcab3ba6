import { parquetMetadata, parquetRead, parquetSchema, type FileMetaData, type SchemaTree } from 'hyparquet';
import { DataError } from './dataset';
import { PARQUET_COMPRESSORS } from './parquet-codecs';
import { checkColumnChunk } from './parquet-guard';
import type { RandomAccessFile } from './random-access';

export const PARQUET_MAGIC = Buffer.from('PAR1', 'latin1');

/** The end of a file says what is in it. */
const LARGEST_FOOTER = 16 * 2 ** 20;
const MOST_ROWS = 10_000_000;

/** A value of the columns that we read. */
export type ParquetValue = Uint8Array | string | number | bigint | boolean | object | null | undefined;

/** A Parquet file that is read a row group at a time. */
export class ParquetFile {
  private constructor(
    private readonly file: RandomAccessFile,
    readonly metadata: FileMetaData,
    readonly schema: SchemaTree,
    /** Rows of each group. */
    readonly groups: readonly number[],
  ) {}

  /** @throws DataError that names the file */
  static async open(file: RandomAccessFile): Promise<ParquetFile> {
    const tail = await file.read(Math.max(0, file.size - 8), Math.min(8, file.size));
    if (tail.length < 8 || !tail.subarray(4).equals(PARQUET_MAGIC)) {
      throw new DataError(`${file.name}: not a Parquet file, or a truncated one: expected it to end in PAR1`);
    }
    const length = tail.readUInt32LE(0);
    if (length > LARGEST_FOOTER || length + 12 > file.size) {
      const limit = Math.min(LARGEST_FOOTER, file.size - 12);
      throw new DataError(`${file.name}: a description of ${length} bytes, expected ${limit} at most`);
    }
    const footer = await file.read(file.size - 8 - length, length + 8);
    return explained(file.name, () => {
      const metadata = parquetMetadata(Uint8Array.from(footer), { geoparquet: false });
      const groups = metadata.row_groups.map(({ num_rows }) => Number(num_rows));
      const rows = groups.reduce((a, b) => a + b, 0);
      if (!groups.every((count) => count >= 0) || rows > MOST_ROWS) {
        throw new DataError(`${rows} rows, expected 0 to ${MOST_ROWS}; split the file`);
      }
      return new ParquetFile(file, metadata, parquetSchema(metadata), groups);
    });
  }

  get name(): string {
    return this.file.name;
  }

  /** The values of a top-level column in a row group. @throws DataError that names the file */
  async column(name: string, group: number): Promise<ParquetValue[]> {
    const { file, metadata } = this;
    const first = this.groups.slice(0, group).reduce((a, b) => a + b, 0);
    return explained(file.name, async () => {
      await this.check(name, group);
      let rows: ParquetValue[][] = [];
      await parquetRead({
        file: {
          byteLength: file.size,
          slice: async (start, end) => bufferOf(await file.read(start, (end ?? file.size) - start)),
        },
        metadata,
        columns: [name],
        rowStart: first,
        rowEnd: first + this.groups[group]!,
        compressors: PARQUET_COMPRESSORS,
        utf8: false,
        useOffsetIndex: false,
        onComplete: (read: ParquetValue[][]) => (rows = read),
      });
      return rows.map(([value]) => value);
    });
  }

  /** Refuses what would make the decoder take more memory or time than the file's size warrants. */
  private async check(name: string, group: number): Promise<void> {
    for (const { meta_data: column, file_path: elsewhere } of this.metadata.row_groups[group]!.columns) {
      if (!column || column.path_in_schema[0] !== name) continue;
      if (elsewhere !== undefined)
        throw new DataError('its data is in another file, expected it in this one');
      const start = Number(column.dictionary_page_offset || column.data_page_offset);
      const chunk = await this.file.read(start, Number(column.total_compressed_size));
      checkColumnChunk(chunk, column, this.depthOf(column.path_in_schema), this.groups[group]!);
    }
  }

  /** The highest definition level: how many parts of the path may be missing. */
  private depthOf(path: readonly string[]): number {
    let depth = 0;
    let node: SchemaTree | undefined = this.schema;
    for (const part of path) {
      node = node.children.find(({ element }) => element.name === part);
      if (!node || node.element.repetition_type === 'REPEATED') {
        throw new DataError(`column ${path.join('.')}: a list, expected one value a row`);
      }
      if (node.element.repetition_type === 'OPTIONAL') depth++;
    }
    return depth;
  }
}

function bufferOf(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** Whatever a parser trips over is the file's fault. */
async function explained<T>(file: string, read: () => T | Promise<T>): Promise<T> {
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
