import { setTimeout as sleep } from 'node:timers/promises';
import type { SweepView } from '../../domain/sweep';
import { removeLeftovers } from '../../runs/guarded-files';
import { inRun } from '../../runs/guarded-path';
import type { RunLock } from '../../runs/lock';
import { storageProblem } from '../../runs/storage';
import { RestartLimit } from '../../shared/restart-limit';
import { nextTrial } from '../../sweeps/asha';
import type { RungTrial } from '../../sweeps/asha';
import { readResults, RESULTS_FILE, writeResults } from '../../sweeps/results';
import type { Results, TrialResult } from '../../sweeps/results';
import { isStopRequested, removeStopRequest } from '../../sweeps/stop-request';
import type { Sweep } from '../../sweeps/sweep-file';
import { TABLE_FILE, writeTable } from '../../sweeps/sweep-table';
import { runFolderOf, viewOf } from '../../sweeps/sweep-view';
import type { Context } from '../context';
import { rankTrial } from './rank-trial';
import { trainTrial } from './train-trial';
import type { TrialEnd } from './train-trial';
import type { SweepReport } from './sweep-report';

/** How often the folder is looked at for a request to stop, in ms. */
const STOP_POLL_MS = 500;
/** Time between attempts to write to a folder that cannot be written, in ms. */
const RETRY_MS = 2000;
/** Time between records of what trials have come to, in ms; their ends are recorded at once. */
const RECORD_MS = 2000;

/** What the table says of a trial that somebody stopped, and not the sweep. */
const LEFT_ALONE = 'its run was stopped by itself; it is left alone until the sweep is continued';

/** What a sweep is without early stopping: trials are trained to their end in order. */
const TO_THE_END = { rungs: [], reduction: 2 };

/** Carries out a sweep: trains its trials, several at once if asked, and ranks those that finish. */
export class SweepRunner {
  private results: Results;
  private readonly running = new Map<number, Promise<void>>();
  private readonly restarts: RestartLimit;
  /** Trials that somebody stopped by themselves; they are left alone until the sweep is continued. */
  private readonly leftAlone = new Set<number>();
  private writing: Promise<void> = Promise.resolve();
  private recordedAt = -Infinity;
  private readonly stop = new AbortController();

  private constructor(
    private readonly folder: string,
    private readonly sweep: Sweep,
    results: Results,
    private readonly lock: RunLock,
    private readonly report: SweepReport,
    private readonly context: Context,
  ) {
    this.results = results;
    this.restarts = new RestartLimit(context.now);
  }

  /** @param lock of the sweep's folder, which is released by who took it */
  static async open(
    folder: string,
    sweep: Sweep,
    lock: RunLock,
    report: SweepReport,
    context: Context,
  ): Promise<SweepRunner> {
    await removeLeftovers(inRun(folder), (name) => [RESULTS_FILE, TABLE_FILE].includes(name));
    return new SweepRunner(folder, sweep, await readResults(folder, sweep), lock, report, context);
  }

  /**
   * Trains and ranks until nothing is left, or until it is stopped: trials then stop at checkpoints.
   * @param retryFailed also trains trials again that failed, but for those that diverged
   */
  async run(signal: AbortSignal, retryFailed: boolean): Promise<Results> {
    const onAbort = (): void => this.stop.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    const watch = setInterval(() => {
      void isStopRequested(this.folder, this.lock.nonce).then((isAsked) => isAsked && onAbort());
    }, STOP_POLL_MS);
    try {
      this.results = {
        ...this.results,
        ended: null,
        trials: this.results.trials.map((trial) => begun(trial, retryFailed)),
      };
      await this.record();
      for (;;) {
        this.startTrials();
        if (this.running.size === 0) break;
        await Promise.race(this.running.values());
      }
      const isDone = !this.stop.signal.aborted && this.leftAlone.size === 0;
      this.results = { ...this.results, ended: isDone ? 'finished' : 'stopped' };
      await this.record();
      return this.results;
    } catch (error) {
      this.stop.abort();
      await Promise.allSettled(this.running.values());
      throw error;
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', onAbort);
      await removeStopRequest(this.folder).catch(() => undefined);
    }
  }

  private startTrials(): void {
    while (!this.stop.signal.aborted && this.running.size < this.sweep.parallel) {
      const next = this.next();
      if (next === null) return;
      const work = this.work(next.index, next.target).finally(() => this.running.delete(next.index));
      this.running.set(next.index, work);
    }
  }

  /** What to do next: what an earlier process began, a ranking that is missing, a promotion or a new trial. */
  private next(): { readonly index: number; readonly target: number } | null {
    const { trials } = this.results;
    const isFree = (_: TrialResult, index: number): boolean =>
      !this.running.has(index) && !this.leftAlone.has(index);
    const left = trials.findIndex(
      (trial, index) => isFree(trial, index) && (trial.state === 'training' || isUnranked(trial)),
    );
    if (left >= 0) return { index: left, target: trials[left]!.target };
    // A trial that has just come to a rung is still being recorded.
    const known = trials.map((trial, index): TrialResult => {
      const isRecorded = trial.state !== 'paused' || !this.running.has(index);
      return isRecorded ? trial : { ...trial, state: 'training' };
    });
    return nextTrial(known.map(asRungTrial), this.sweep.stopping ?? TO_THE_END);
  }

  private async work(index: number, target: number): Promise<void> {
    if (this.results.trials[index]!.state !== 'finished') {
      this.change(index, { state: 'training', target, reason: '' });
      await this.record();
      this.report.begins(index, this.view());
      const end = await this.train(index, target);
      this.change(index, this.after(index, end));
      if (end.state === 'stopped' && end.byOthers) this.leftAlone.add(index);
      await this.record();
      this.report.ends(index, end, this.view());
    }
    if (isUnranked(this.results.trials[index]!) && !this.stop.signal.aborted) await this.rank(index);
  }

  private train(index: number, target: number): Promise<TrialEnd> {
    const { trials, stopping } = this.sweep;
    const number = index + 1;
    return trainTrial({
      args: ['sweep-trial', this.folder, String(number)],
      cwd: this.context.cwd,
      runFolder: runFolderOf(this.folder, this.sweep, trials[index]!.run),
      rung: stopping?.rungs[target] ?? Infinity,
      signal: this.stop.signal,
      restarts: this.restarts,
      onRow: ({ samples, seconds }, best, last) => {
        this.change(index, { samples, seconds, best: best?.elbo ?? null, last: last?.elbo ?? null });
        this.report.progress(this.view());
        if (this.context.now() - this.recordedAt >= RECORD_MS) void this.record();
      },
      onWarning: (text) => this.report.warn(index, text),
    });
  }

  /** What the end of a training changes. */
  private after(index: number, end: TrialEnd): Partial<TrialResult> {
    const { bounds, target } = this.results.trials[index]!;
    if (end.state === 'stopped') return end.byOthers ? { reason: LEFT_ALONE } : {};
    if (end.state === 'paused') return { state: 'paused', bounds: [...bounds.slice(0, target), end.bound] };
    return end.state === 'failed'
      ? { state: 'failed', reason: end.reason.slice(0, 4000) }
      : { state: 'finished' };
  }

  private async rank(index: number): Promise<void> {
    this.report.ranks(index);
    const runFolder = runFolderOf(this.folder, this.sweep, this.sweep.trials[index]!.run);
    const ranking = await rankTrial(runFolder, this.sweep, this.context.cwd, this.stop.signal);
    if (this.stop.signal.aborted) return;
    this.change(index, typeof ranking === 'string' ? { reason: ranking.slice(0, 4000) } : { ranking });
    await this.record();
    this.report.ranked(index, this.view());
  }

  private change(index: number, change: Partial<TrialResult>): void {
    const trials = this.results.trials.map((trial, i) => (i === index ? { ...trial, ...change } : trial));
    this.results = { ...this.results, trials };
  }

  /** @param isLive whether this process still carries it out */
  view(isLive = true): SweepView {
    return viewOf(this.folder, this.sweep, this.results, isLive);
  }

  /** Writes results and table, one after another. Waits while the folder cannot be written. @throws LockedError if it was taken over */
  private record(): Promise<void> {
    this.recordedAt = this.context.now();
    this.writing = this.writing.then(() => this.write());
    // Those who do not wait for it are told by those who do.
    this.writing.catch(() => undefined);
    return this.writing;
  }

  private async write(): Promise<void> {
    for (let isSaid = false; ; isSaid = true) {
      try {
        await this.lock.assertOurs();
        const { results } = this;
        await writeResults(this.folder, results);
        return await writeTable(
          this.folder,
          viewOf(this.folder, this.sweep, results, results.ended === null),
        );
      } catch (error) {
        const problem = await storageProblem(error, this.folder, JSON.stringify(this.results).length);
        if (problem === null || this.stop.signal.aborted) throw error;
        if (!isSaid) this.context.output.warn(`the sweep waits, because ${problem}`);
        await sleep(RETRY_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }
}

/** A trial as a sweep goes on with it. */
function begun(trial: TrialResult, retryFailed: boolean): TrialResult {
  if (!retryFailed || trial.state !== 'failed' || trial.reason.startsWith('diverged')) return trial;
  return { ...trial, state: trial.samples === 0 && trial.target === 0 ? 'waiting' : 'training', reason: '' };
}

const isUnranked = ({ state, ranking, reason }: TrialResult): boolean =>
  state === 'finished' && ranking === null && reason === '';

const asRungTrial = ({ state, target, bounds, last }: TrialResult): RungTrial => ({
  ...{ state, target, bounds },
  final: state === 'finished' ? last : null,
});
