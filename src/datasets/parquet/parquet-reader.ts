import type { ColumnPage, ColumnPages } from './parquet-column';
import { imageColumnsOf } from './parquet-columns';
import type { ImageColumns } from './parquet-columns';
import type { LabelColumn } from './parquet-label-column';
import { explained, ParquetFile } from './parquet-file';
import { readParquetLabels } from './parquet-labels';
import { RandomAccessFile } from '../zip/random-access';
import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../domain/reading';

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
  /** The column with the labels, if there is one. */
  readonly labelColumn: string | undefined;
  /** Why a column that is called like labels has none. */
  readonly labelProblem: string | undefined;
}

/** A reader of Parquet files of images, on the current thread or on a worker. */
export interface ParquetReader {
  /** Reads a file's contents except its images. @throws DataError that names the file */
  open(path: string, rules: ReadingRules): Promise<ParquetContents>;
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
  /** Of the latest file that was opened; they do not change where its images are. */
  private rules: ReadingRules = 2;
  private place: { readonly group: number; readonly pages: ColumnPages } | null = null;

  /** @param onPage called with the uncompressed bytes of each page before decompression */
  constructor(private readonly onPage: (bytes: number) => void = () => undefined) {}

  async open(path: string, rules: ReadingRules): Promise<ParquetContents> {
    this.current = null;
    this.rules = rules;
    return this.use(path, async (file, { parquet, columns }) => {
      const { size, groups } = parquet;
      const declaredBytes = parquet.declaredBytes(columns.image);
      const found = columns.label && (await this.labels(file, parquet, columns.label));
      const { names } = columns;
      return {
        ...{ size, groups, declaredBytes, names },
        labels: found?.labels ?? [],
        labelColumn: columns.label?.path[0],
        labelProblem: found?.problem ?? columns.labelProblem,
      };
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
        this.current = { path, parquet, columns: imageColumnsOf(parquet, this.rules) };
      }
      const { current } = this;
      return explained(file.name, () => read(file, current));
    });
  }

  /** Reads labels. Training does not need them, so bad ones do not invalidate the images. */
  private async labels(file: RandomAccessFile, parquet: ParquetFile, column: LabelColumn) {
    try {
      return { labels: await readParquetLabels(file, parquet, column, this.onPage), problem: undefined };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      return { labels: [], problem: `column '${column.path[0]}': ${error.message}` };
    }
  }
}
