import type { ReadableFile } from './file-calls';
import { CurveRows } from '../domain/curve-rows';
import type { MetricRow } from '../domain/metrics';
import { endOfLines, goesBack, isRow, validLines, withFile } from './metrics';
import type { MetricLine } from './metrics';

/** A divergence that training went on from with a lower learning rate. */
type Recovery = Extract<MetricLine, { readonly type: 'recovered' }>;

/**
 * Reads a run's metrics while they grow, each line once, in bounded memory. Starts over if the file has been replaced or has
 * become shorter.
 */
export class MetricsFollower {
  private curve: CurveRows;
  /** Bytes read so far, and the inode of the file they are from. */
  private end = 0;
  private inode = -1;
  private recovery: Recovery | null = null;

  /** The last time that training went back with a lower learning rate because it had diverged; null if it never has. */
  get lastRecovery(): Recovery | null {
    return this.recovery;
  }

  /** @param maxNumbers of the curve, see `CurveRows` */
  constructor(
    private readonly runFolder: string,
    private readonly maxNumbers?: number,
  ) {
    this.curve = new CurveRows(maxNumbers);
  }

  /**
   * Returns the rows recorded so far, without those that a resume or a recovery dropped; empty if the file is missing. Calls must
   * not overlap.
   * @throws ForeignFileError if metrics.jsonl is not a regular file
   */
  async read(): Promise<readonly MetricRow[]> {
    try {
      if (!(await withFile(this.runFolder, false, (handle) => this.readOn(handle)))) this.restart(-1);
    } catch (error) {
      // Lines may have been added that `end` does not count.
      this.restart(-1);
      throw error;
    }
    return this.curve.rows();
  }

  private async readOn(handle: ReadableFile): Promise<true> {
    const ino = Number((await handle.stat({ bigint: true })).ino);
    const end = await endOfLines(handle);
    if (ino !== this.inode || end < this.end) this.restart(ino);
    for await (const lines of validLines(handle, this.end, end))
      for (const line of lines) {
        if (isRow(line)) this.curve.add(line);
        else if (goesBack(line)) {
          this.curve.goBack(line.resumedFrom);
          if (line.type === 'recovered') this.recovery = line;
        }
      }
    this.end = end;
    return true;
  }

  private restart(inode: number): void {
    this.curve = new CurveRows(this.maxNumbers);
    this.end = 0;
    this.inode = inode;
    this.recovery = null;
  }
}
