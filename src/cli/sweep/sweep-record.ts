import { setTimeout as sleep } from 'node:timers/promises';
import type { SweepView } from '../../domain/sweep';
import { removeLeftovers } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import type { RunLock } from '../../runs/lock';
import { storageProblem } from '../../runs/storage';
import { readResults, RESULTS_FILE, writeResults } from '../../sweeps/results';
import type { Results, TrialResult } from '../../sweeps/results';
import type { Sweep } from '../../sweeps/sweep-file';
import { TABLE_FILE, writeTable } from '../../sweeps/sweep-table';
import { viewOf } from '../../sweeps/sweep-view';
import type { Context } from '../context';

/** Time between attempts to write to a folder that cannot be written, in ms. */
const RETRY_MS = 2000;
/** Time between records of what trials have come to, in ms; their ends are recorded at once. */
const RECORD_MS = 2000;

/** What a sweep has come to, in memory and in its folder. Whoever changes it holds the sweep's lock. */
export class SweepRecord {
  private writing: Promise<void> = Promise.resolve();
  private recordedAt = -Infinity;
  private stop: AbortSignal | null = null;

  private constructor(
    private readonly folder: string,
    private readonly sweep: Sweep,
    private current: Results,
    private readonly lock: RunLock,
    private readonly context: Pick<Context, 'now' | 'output'>,
  ) {}

  /** Reads what the folder has. @param lock of the sweep's folder */
  static async open(
    folder: string,
    sweep: Sweep,
    lock: RunLock,
    context: Pick<Context, 'now' | 'output'>,
  ): Promise<SweepRecord> {
    await removeLeftovers(inRun(folder), (name) => [RESULTS_FILE, TABLE_FILE].includes(name));
    return new SweepRecord(folder, sweep, await readResults(folder, sweep), lock, context);
  }

  get results(): Results {
    return this.current;
  }

  /** @param signal gives up writing to a folder that cannot be written */
  stopWaitingOn(signal: AbortSignal): void {
    this.stop = signal;
  }

  change(index: number, change: Partial<TrialResult>): void {
    const trials = this.current.trials.map((trial, i) => (i === index ? { ...trial, ...change } : trial));
    this.current = { ...this.current, trials };
  }

  /** Records how the sweep has ended; null for one that begins or goes on. */
  end(ended: Results['ended']): Promise<void> {
    this.current = { ...this.current, ended };
    return this.write();
  }

  /** Whether enough time has passed for what changes often to be written. */
  isDue(): boolean {
    return this.context.now() - this.recordedAt >= RECORD_MS;
  }

  /** @param isLive whether this process still carries it out */
  view(isLive = true): SweepView {
    return viewOf(this.folder, this.sweep, this.current, isLive);
  }

  /** Writes results and table, one after another. Waits while the folder cannot be written. @throws LockedError if it was taken over */
  write(): Promise<void> {
    this.recordedAt = this.context.now();
    this.writing = this.writing.then(() => this.writeNow());
    // Those who do not wait for it are told by those who do.
    this.writing.catch(() => undefined);
    return this.writing;
  }

  private async writeNow(): Promise<void> {
    for (let isSaid = false; ; isSaid = true) {
      try {
        await this.lock.assertOurs();
        const { current } = this;
        await writeResults(this.folder, current);
        return await writeTable(
          this.folder,
          viewOf(this.folder, this.sweep, current, current.ended === null),
        );
      } catch (error) {
        const problem = await storageProblem(error, this.folder, JSON.stringify(this.current).length);
        if (problem === null || this.stop?.aborted) throw error;
        if (!isSaid) this.context.output.warn(`the sweep waits, because ${problem}`);
        await sleep(RETRY_MS, undefined, this.stop ? { signal: this.stop } : {}).catch(() => undefined);
      }
    }
  }
}
