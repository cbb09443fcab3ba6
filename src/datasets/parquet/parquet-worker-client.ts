import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ParquetOrder } from './parquet-worker';
import { SupervisedWorker, WorkerEndedError } from '../../images/decoding/supervised-worker';
import type { ColumnPage } from './parquet-column';
import { DirectParquetReader } from './parquet-reader';
import type { ParquetContents, ParquetReader } from './parquet-reader';
import { DataError } from '../../images/data-error';
import type { ReadingRules } from '../../domain/reading';

/** Bundle of the worker, next to this bundle; missing when run from sources. */
const THREAD = join(dirname(fileURLToPath(import.meta.url)), 'parquet.cjs');
const LIMITS = { heapMegabytes: 1024, limitMs: 10_000 };

/** Opens a reader whose worker is terminated if a file takes too long or too much memory. From sources, uses this thread. */
export function openParquetReader(): ParquetReader {
  return existsSync(THREAD) ? new ThreadParquetReader() : new DirectParquetReader();
}

class ThreadParquetReader implements ParquetReader {
  private readonly thread = new SupervisedWorker(THREAD, LIMITS);
  /** Reasons, by path, for files that ended the worker; these are not retried. */
  private readonly givenUp = new Map<string, string>();

  async open(path: string, rules: ReadingRules): Promise<ParquetContents> {
    return (await this.ask({ kind: 'open', path, rules })) as ParquetContents;
  }

  async images(path: string, group: number, row: number): Promise<ColumnPage> {
    return (await this.ask({ kind: 'images', path, group, row })) as ColumnPage;
  }

  async close(): Promise<void> {
    await this.thread.close();
  }

  private async ask(order: ParquetOrder): Promise<unknown> {
    const { path } = order;
    const before = this.givenUp.get(path);
    if (before !== undefined) throw new DataError(before);
    try {
      return await this.thread.call(order);
    } catch (error) {
      if (!(error instanceof WorkerEndedError)) throw error;
      const reason = `${basename(path)}: ${error.message}; exclude it, or save it again`;
      this.givenUp.set(path, reason);
      throw new DataError(reason);
    }
  }
}
