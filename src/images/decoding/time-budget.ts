import { DatasetBudgetError } from '../data-error';

export interface TimeBudgetOptions {
  /** The dataset, for error messages. */
  readonly place: string;
  /** The activity, for error messages, like `decoding its images`. */
  readonly work: string;
  /** Base time, plus `msAMegabyte` per megabyte of files. */
  readonly baseMs: number;
  readonly msAMegabyte: number;
}

/** A time limit for all files of a dataset together: a thousand slow files within their own limits could still take days. */
export class TimeBudget {
  private spent = 0;
  private bytes = 0;

  constructor(private readonly options: TimeBudgetOptions) {}

  /** Extends the limit in proportion to file size. @param bytes size of further files */
  allow(bytes: number): void {
    this.bytes += bytes;
  }

  /** Adds working time, summed over threads. @throws DatasetBudgetError if the total exceeds the limit */
  spend(ms: number): void {
    this.spent += ms;
    const { place, work, baseMs, msAMegabyte } = this.options;
    const limit = baseMs + (msAMegabyte * this.bytes) / 1e6;
    if (this.spent <= limit) return;
    const seconds = (value: number) => `${Math.round(value / 1000)} s`;
    throw new DatasetBudgetError(
      `${place}: ${work} took ${seconds(this.spent)} for ${formatSize(this.bytes)} of files, ` +
        `expected ${seconds(limit)} at most: their content is far larger than they are. ` +
        `Leave out the files that take long, or save them smaller`,
    );
  }
}

function formatSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
