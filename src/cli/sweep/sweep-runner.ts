import type { RunLock } from '../../runs/lock';
import { RestartLimit } from '../../shared/restart-limit';
import { nextTrial } from '../../sweeps/asha';
import type { RungTrial } from '../../sweeps/asha';
import type { TrialResult } from '../../sweeps/results';
import { isStopRequested, removeStopRequest } from '../../sweeps/stop-request';
import type { Sweep } from '../../sweeps/sweep-file';
import { runFolderOf } from '../../sweeps/sweep-view';
import type { Context } from '../context';
import { rankTrial } from './rank-trial';
import { trainTrial } from './train-trial';
import type { TrialEnd } from './train-trial';
import type { SweepRecord } from './sweep-record';
import type { SweepReport } from './sweep-report';

/** How often the folder is looked at for a request to stop, in ms. */
const STOP_POLL_MS = 500;

/** What the table says of a trial that somebody stopped, and not the sweep. */
const LEFT_ALONE = 'its run was stopped by itself; it is left alone until the sweep is continued';

/** What a sweep is without early stopping: trials are trained to their end in order. */
const TO_THE_END = { rungs: [], reduction: 2 };

/** Carries out a sweep: trains its trials, several at once if asked, and ranks those that finish. */
export class SweepRunner {
  private readonly running = new Map<number, Promise<void>>();
  private readonly restarts: RestartLimit;
  /** Trials that somebody stopped by themselves; they are left alone until the sweep is continued. */
  private readonly leftAlone = new Set<number>();
  private readonly stop = new AbortController();

  constructor(
    private readonly folder: string,
    private readonly sweep: Sweep,
    private readonly record: SweepRecord,
    private readonly lock: RunLock,
    private readonly report: SweepReport,
    private readonly context: Context,
  ) {
    this.restarts = new RestartLimit(context.now);
  }

  /**
   * Trains and ranks until nothing is left, or until it is stopped: trials then stop at checkpoints.
   * @param retryFailed also trains trials again that failed, but for those that diverged
   */
  async run(signal: AbortSignal, retryFailed: boolean): Promise<'finished' | 'stopped'> {
    const onAbort = (): void => this.stop.abort();
    signal.addEventListener('abort', onAbort, { once: true });
    this.record.stopWaitingOn(this.stop.signal);
    if (signal.aborted) onAbort();
    const watch = setInterval(() => {
      void isStopRequested(this.folder, this.lock.nonce).then((isAsked) => isAsked && onAbort());
    }, STOP_POLL_MS);
    try {
      const { record } = this;
      record.results.trials.forEach((trial, index) => record.change(index, begun(trial, retryFailed)));
      await record.end(null);
      for (;;) {
        this.startTrials();
        if (this.running.size === 0) break;
        await Promise.race(this.running.values());
      }
      const isDone = !this.stop.signal.aborted && this.leftAlone.size === 0;
      const end = isDone ? 'finished' : 'stopped';
      await record.end(end);
      return end;
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
    const { trials } = this.record.results;
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
    if (this.record.results.trials[index]!.state !== 'finished') {
      this.record.change(index, { state: 'training', target, reason: '' });
      await this.record.write();
      this.report.begins(index, this.record.view());
      const end = await this.train(index, target);
      this.record.change(index, this.after(index, end));
      if (end.state === 'stopped' && end.byOthers) this.leftAlone.add(index);
      await this.record.write();
      this.report.ends(index, end, this.record.view());
    }
    if (isUnranked(this.record.results.trials[index]!) && !this.stop.signal.aborted) await this.rank(index);
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
        this.record.change(index, { samples, seconds, best: best?.elbo ?? null, last: last?.elbo ?? null });
        this.report.progress(this.record.view());
        if (this.record.isDue()) void this.record.write();
      },
      onWarning: (text) => this.report.warn(index, text),
    });
  }

  /** What the end of a training changes. */
  private after(index: number, end: TrialEnd): Partial<TrialResult> {
    const { bounds, target } = this.record.results.trials[index]!;
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
    this.record.change(index, typeof ranking === 'string' ? { reason: ranking.slice(0, 4000) } : { ranking });
    await this.record.write();
    this.report.ranked(index, this.record.view());
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
