import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterConnection } from '../../cluster/connection';
import { curvePause } from '../../cluster/looks';
import { ClusterError, NotFoundError, UnauthorisedError } from '../../cluster/ray/errors';
import { hasJobEnded } from '../../cluster/ray/jobs';
import type { RayJob } from '../../cluster/ray/jobs';
import { sweepJobId } from '../../cluster/sweep-script';
import { trialsThere } from '../../cluster/sweep-trials';
import type { TrialsThere } from '../../cluster/sweep-trials';
import type { RunLock } from '../../runs/lock';
import { isStopRequested, removeStopRequest } from '../../sweeps/stop-request';
import type { RemoteSweep } from '../../sweeps/remote-sweep';
import type { Sweep } from '../../sweeps/sweep-file';
import { runFolderOf } from '../../sweeps/sweep-view';
import { visibleText } from '../../text/visible-text';
import type { Context } from '../context';
import { CliError, EXIT } from '../exit';
import { rankTrial } from './rank-trial';
import { RemoteTrial } from './remote-trial';
import type { SweepRecord } from './sweep-record';
import type { SweepReport } from './sweep-report';

const POLL_MS = 1000;
const MAX_BACKOFF_MS = 30_000;
const LOG_LINES = 50;
const MAX_LOG_BYTES = 1 << 20;

/**
 * Follows a sweep that a cluster carries out: the curves and checkpoints of its trials come into their run folders here, and trials that
 * finish are ranked here. What is here already is not fetched again, so that it may be left and followed again at any time.
 */
export class RemoteSweepRunner {
  private readonly trials = new Map<number, RemoteTrial>();
  /** Trials of which nothing more comes. */
  private readonly ended = new Set<number>();
  private failures = 0;
  /** What was last read of the trials. */
  private there: TrialsThere = {};
  private isStopping = false;

  constructor(
    private readonly folder: string,
    private readonly sweep: Sweep,
    private readonly remote: RemoteSweep,
    private readonly connection: ClusterConnection,
    private readonly record: SweepRecord,
    private readonly lock: RunLock,
    private readonly report: SweepReport,
    private readonly context: Context,
  ) {}

  /**
   * @param signal leaves the sweep to itself
   * @returns how it has ended; `left` if it goes on there @throws CliError if the cluster has lost it, or it has failed; ClusterError
   */
  async run(signal: AbortSignal): Promise<'finished' | 'stopped' | 'left'> {
    const { record } = this;
    record.stopWaitingOn(signal);
    await record.end(null);
    try {
      for (;;) {
        if (signal.aborted) return 'left';
        let wait = POLL_MS;
        try {
          const end = await this.poll();
          this.failures = 0;
          wait = this.pause();
          if (end !== null) {
            await this.settle(signal);
            if (signal.aborted) return 'left';
            await record.end(end);
            return end;
          }
        } catch (error) {
          const mayPass =
            error instanceof ClusterError &&
            !(error instanceof UnauthorisedError) &&
            error.problem === 'unreachable';
          if (!mayPass) throw error;
          wait = Math.min(MAX_BACKOFF_MS, POLL_MS * 2 ** this.failures++);
          this.context.output.progress(`not reached; the sweep goes on there (${error.message})`);
        }
        await sleep(wait, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      for (const trial of this.trials.values()) await trial.close();
      await removeStopRequest(this.folder).catch(() => undefined);
    }
  }

  /** As for runs: by the youngest trial. Whoever has stopped the sweep waits for its end. */
  private pause(): number {
    const seconds = this.record.results.trials
      .filter(({ state }, index) => state === 'training' && this.trials.has(index) && !this.ended.has(index))
      .map((result) => result.seconds);
    return this.isStopping || seconds.length === 0 ? POLL_MS : curvePause(POLL_MS, Math.min(...seconds));
  }

  /** Looks once. @returns how the sweep has ended; null if it goes on */
  private async poll(): Promise<'finished' | 'stopped' | null> {
    const { jobs, files, target } = this.connection;
    const id = sweepJobId(this.remote);
    const job = await jobs.job(id).catch((error: unknown) => {
      if (error instanceof NotFoundError) return null;
      throw error;
    });
    if (job === null)
      throw new CliError(
        'run-lost',
        `lost: ${target.name} does not know the job ${id} any more; \`vae sweep --continue\` submits what is left of it again`,
        EXIT.failure,
      );
    this.requireOurs(job, id);
    if (!this.isStopping && (await isStopRequested(this.folder, this.lock.nonce))) {
      this.isStopping = true;
      await jobs.stop(id);
      this.context.output.warn(`asked ${target.name} to stop the trials at checkpoints`);
    }
    const { driver_node_id: driver } = job;
    const isOver = hasJobEnded(job);
    this.there = (driver && (await trialsThere(files, driver, this.remote))) || this.there;
    const { there } = this;
    for (const [index, { run }] of this.sweep.trials.entries())
      if (there[run] !== undefined) await this.look(index, there[run], isOver);
    this.report.progress(this.record.view());
    if (this.record.isDue()) await this.record.write();
    if (!isOver) return null;
    if (job.status === 'FAILED') throw await this.failure(job, driver);
    return job.status === 'STOPPED' ? 'stopped' : 'finished';
  }

  /** Brings what a trial has come to. @param isLast whether its job has ended, and nothing more comes */
  private async look(index: number, there: TrialsThere[string], isLast: boolean): Promise<void> {
    const { record, sweep, connection } = this;
    const result = record.results.trials[index]!;
    const isSettled = result.state === 'finished' || result.state === 'failed' || result.state === 'paused';
    if (isSettled || this.ended.has(index)) return;
    let trial = this.trials.get(index);
    if (trial === undefined) {
      const folder = runFolderOf(this.folder, sweep, sweep.trials[index]!.run);
      const warn = (text: string): void => this.report.warn(index, text);
      trial = await RemoteTrial.open(
        folder,
        sweep,
        index,
        this.remote.id,
        connection.files,
        this.context,
        warn,
      );
      this.trials.set(index, trial);
      record.change(index, { state: 'training', reason: '', values: this.foundValues(index, there) });
      this.report.begins(index, record.view());
    }
    const hasEnded = there.state !== 'training' || isLast;
    const seen = await trial.fetch(there.node, hasEnded);
    record.change(index, seen);
    if (!hasEnded) return;
    this.ended.add(index);
    await trial.close();
    const { state, reason } = there;
    const { bounds } = record.results.trials[index]!;
    if (state === 'finished') {
      record.change(index, { state: 'finished' });
      this.report.ends(index, { state: 'finished' }, record.view());
    } else if (state === 'failed') {
      const why = visibleText(reason, 4000);
      record.change(index, { state: 'failed', reason: why });
      this.report.ends(index, { state: 'failed', reason: why }, record.view());
    } else if (state === 'stopped' && bounds.length > 0 && !this.isStopping) {
      // By the rule, at its rung.
      record.change(index, { state: 'paused' });
      this.report.ends(index, { state: 'paused', bound: bounds.at(-1)! }, record.view());
    } else this.report.ends(index, { state: 'stopped', byOthers: false }, record.view());
    await record.write();
  }

  /** The values that the search there has made: of settings that vary here, and are not given here. */
  private foundValues(index: number, { values }: TrialsThere[string]): Record<string, string> {
    const { settings, trials } = this.sweep;
    const given = trials[index]!.values;
    const open = settings.filter((name) => given[name] === undefined && Object.hasOwn(values, name));
    return Object.fromEntries(open.map((name) => [name, values[name]!]));
  }

  /** Ranks the trials that have finished, one after another. */
  private async settle(signal: AbortSignal): Promise<void> {
    const { record, sweep, folder, context } = this;
    for (const [index, { state, ranking, reason }] of record.results.trials.entries()) {
      if (state !== 'finished' || ranking !== null || reason !== '' || signal.aborted) continue;
      this.report.ranks(index);
      const runFolder = runFolderOf(folder, sweep, sweep.trials[index]!.run);
      // By what computes here, whatever that is there.
      const here = { ...sweep, engine: 'auto', threads: 0 } as const;
      const found = await rankTrial(runFolder, here, context.cwd, signal);
      if (signal.aborted) return;
      record.change(index, typeof found === 'string' ? { reason: found.slice(0, 4000) } : { ranking: found });
      await record.write();
      this.report.ranked(index, record.view());
    }
  }

  private requireOurs({ metadata }: RayJob, id: string): void {
    const { digest = 'none' } = metadata;
    if (digest === this.remote.digest) return;
    throw new ClusterError(
      'refused',
      `the job ${id} on ${this.connection.target.name} is not the one that was submitted: its digest is ${visibleText(digest, 64)}, expected ${this.remote.digest}`,
    );
  }

  private async failure({ message }: RayJob, driver: string | null): Promise<CliError> {
    const name = `job-driver-${sweepJobId(this.remote)}.log`;
    const log =
      driver === null
        ? []
        : await this.connection.files.tail(driver, name, LOG_LINES, MAX_LOG_BYTES).catch(() => []);
    const said = log
      .findLast((line) => line.startsWith('latent-explorer: '))
      ?.slice('latent-explorer: '.length);
    const [reason = ''] = message.split(/, last available logs/);
    const why = visibleText(
      said ?? (log.findLast((line) => /^[\w.]*(Error|Exception): /.test(line)) || reason),
      2000,
    );
    return new CliError('training-failed', `the sweep's job has failed: ${why}`, EXIT.failure);
  }
}
