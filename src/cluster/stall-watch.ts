/** A run records nothing for so long before that is said, in ms, or for this many times its usual time between rows. */
const QUIET_MS = 60_000;
const ROWS = 20;

/** Notices that a run which trains records nothing any more. */
export class StallWatch {
  private rows = 0;
  private first: number | null = null;
  private isSaid = false;

  /** @param last when something was last recorded, in ms of a monotonic clock */
  constructor(private last: number) {}

  /** @param rows number of new ones @returns for how many seconds there has been none, once, if that is long; else null */
  look(rows: number, now: number): number | null {
    if (rows > 0) {
      this.first ??= now;
      this.rows += rows;
      this.last = now;
      this.isSaid = false;
      return null;
    }
    const usual = this.first === null ? 0 : (this.last - this.first) / this.rows;
    if (this.isSaid || now - this.last < Math.max(QUIET_MS, ROWS * usual)) return null;
    this.isSaid = true;
    return Math.round((now - this.last) / 1000);
  }
}
