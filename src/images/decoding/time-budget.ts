import { DatasetBudgetError } from '../data-error';

export interface TimeBudgetOptions {
  /** For messages: the dataset. */
  readonly place: string;
  /** For messages: what the time is spent on, such as `decoding its images`. */
  readonly work: string;
  /** ms that are there in any case, and for each megabyte of files. */
  readonly baseMs: number;
  readonly msAMegabyte: number;
}

/** The time that all files of a dataset together may take. Each may stay under its own limit, and a thousand yet take days. */
export class TimeBudget {
  private spent = 0;
  private bytes = 0;

  constructor(private readonly options: TimeBudgetOptions) {}

  /** @param bytes of files that are there; more of them may take longer */
  allow(bytes: number): void {
    this.bytes += bytes;
  }

  /** @param ms that threads worked, all together @throws DatasetBudgetError when it is more than the files warrant */
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
