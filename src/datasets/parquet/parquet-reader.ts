import type { ColumnPage, ColumnPages } from './parquet-column';
import { imageColumnsOf } from './parquet-columns';
import type { ImageColumns } from './parquet-columns';
import { explained, ParquetFile } from './parquet-file';
import type { Slices } from './parquet-page';
import { RandomAccessFile } from '../zip/random-access';
import { DataError } from '../../images/data-error';

/** Limit in bytes; longer texts are not labels. */
const MAX_LABEL_LENGTH = 1000;

/** Contents of a Parquet file of images, except the images. */
export interface ParquetContents {
  /** File size in bytes. */
  readonly size: number;
  /** Number of rows in each group. */
  readonly groups: readonly number[];
  /** Declared uncompressed size of the image column. */
  readonly declaredBytes: number;
  /** Label of each row; empty if the file has no labels. */
  readonly labels: readonly (string | undefined)[];
  /** Class names, if the file lists them. */
  readonly names: readonly string[] | undefined;
}

/** A reader of Parquet files of images, on the current thread or on a worker. */
export interface ParquetReader {
  /** Reads a file's contents except its images. @throws DataError that names the file */
  open(path: string): Promise<ParquetContents>;
  /** Reads the images of a page that contains `row` of a group. @throws DataError that names the file */
  images(path: string, group: number, row: number): Promise<ColumnPage>;
  close(): Promise<void>;
}

interface OpenFile {
  readonly path: string;
  readonly parquet: ParquetFile;
  readonly columns: ImageColumns;
}

/** A reader on the current thread, which caches the metadata and read position of one file. */
export class DirectParquetReader implements ParquetReader {
  private current: OpenFile | null = null;
  private place: { readonly group: number; readonly pages: ColumnPages } | null = null;

  /** @param onPage called with the uncompressed bytes of each page before decompression */
  constructor(private readonly onPage: (bytes: number) => void = () => undefined) {}

  async open(path: string): Promise<ParquetContents> {
    this.current = null;
    return this.use(path, async (file, { parquet, columns }) => {
      const { size, groups } = parquet;
      const declaredBytes = parquet.declaredBytes(columns.image);
      const labels = columns.label === undefined ? [] : await this.labels(file, parquet, columns.label);
      return { size, groups, declaredBytes, labels, names: columns.names };
    });
  }

  async images(path: string, group: number, row: number): Promise<ColumnPage> {
    return this.use(path, async (file, { parquet, columns }) => {
      if (this.place?.group !== group || this.place.pages.next > row) {
        this.place = { group, pages: parquet.pages(columns.image, group, this.onPage) };
      }
      const page = await this.place.pages.read(file, row);
      if (page) return page;
      throw new DataError(`broken: row group ${group} ends before its row ${row}`);
    });
  }

  async close(): Promise<void> {}

  private async use<T>(
    path: string,
    read: (file: RandomAccessFile, open: OpenFile) => Promise<T>,
  ): Promise<T> {
    return RandomAccessFile.use(path, async (file) => {
      if (this.current?.path !== path || this.current.parquet.size !== file.size) {
        this.place = null;
        this.current = null;
        const parquet = await ParquetFile.open(file);
        this.current = { path, parquet, columns: imageColumnsOf(parquet) };
      }
      const { current } = this;
      return explained(file.name, () => read(file, current));
    });
  }

  private async labels(
    file: RandomAccessFile,
    parquet: ParquetFile,
    column: string,
  ): Promise<(string | undefined)[]> {
    const { type } = parquet.schema.children.find(({ element }) => element.name === column)!.element;
    parquet.declaredBytes([column]);
    const labels: (string | undefined)[] = [];
    for (const [group, rows] of parquet.groups.entries()) {
      const pages = parquet.pages([column], group, this.onPage);
      const first = labels.length;
      for (let page = await pages.read(file, 0); page; page = await pages.read(file, pages.next)) {
        for (let i = 0; i < page.starts.length; i++) labels.push(textOf(page, i, type));
      }
      while (labels.length < first + rows) labels.push(undefined);
    }
    return labels;
  }
}

function textOf({ bytes, starts, lengths }: Slices, index: number, type?: string): string | undefined {
  const length = lengths[index]!;
  if (length < 0 || length > MAX_LABEL_LENGTH) return undefined;
  const value = Buffer.from(bytes.buffer, bytes.byteOffset + starts[index]!, length);
  if (type === 'INT32') return String(value.readInt32LE());
  return type === 'INT64' ? String(value.readBigInt64LE()) : value.toString('utf8');
}
