import type { ColumnPage } from './parquet-column';
import type { ParquetReader } from './parquet-reader';
import type { TimeBudget } from '../../images/decoding/time-budget';
import { DataError } from '../../images/data-error';
import { Queue } from '../../shared/queue';

interface Place {
  readonly path: string;
  readonly group: number;
}

/** The images of Parquet files by row. Callers read rows in order, so the latest page is cached. */
export class ParquetImages {
  private recent: (Place & { readonly page: ColumnPage }) | null = null;
  private readonly reads = new Queue();
  /** By group and path: the row that could not be read, and the reason. Later rows of the group cannot be read either. */
  private readonly failures = new Map<string, { readonly row: number; readonly reason: string }>();

  constructor(
    private readonly reader: ParquetReader,
    private readonly budget: TimeBudget,
  ) {}

  /** Reads an image's bytes; a copy, so that they can be transferred without the page. @throws DataError with a short reason */
  bytesAt(place: Place, row: number): Promise<Uint8Array> {
    // Reads are queued: concurrent ones would read pages twice.
    return this.reads.run(() => this.read(place, row));
  }

  private async read(place: Place, row: number): Promise<Uint8Array> {
    const { first, bytes, starts, lengths } = await this.pageOf(place, row);
    const length = lengths[row - first]!;
    if (length < 0) throw new DataError('no bytes in this row');
    const start = starts[row - first]!;
    return bytes.slice(start, start + length);
  }

  private async pageOf({ path, group }: Place, row: number): Promise<ColumnPage> {
    const { recent } = this;
    if (recent?.path === path && recent.group === group) {
      const at = row - recent.page.first;
      if (at >= 0 && at < recent.page.starts.length) return recent.page;
    }
    const key = `${group} ${path}`;
    const failure = this.failures.get(key);
    if (failure && row >= failure.row) throw new DataError(failure.reason);
    this.recent = null;
    // Throws if the budget is exceeded, so that queued reads do not start.
    this.budget.spend(0);
    const begin = performance.now();
    try {
      const page = await this.reader.images(path, group, row);
      this.recent = { path, group, page };
      return page;
    } catch (error) {
      if (error instanceof DataError) this.failures.set(key, { row, reason: error.message });
      throw error;
    } finally {
      this.budget.spend(performance.now() - begin);
    }
  }
}
