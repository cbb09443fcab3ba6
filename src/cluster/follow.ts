import type { MetricRow } from '../domain/metrics';
import { isRow, lastLines } from '../runs/metrics';
import { readMetricsEnd } from '../runs/metrics-end';
import type { MetricLine } from '../runs/metric-line';
import { RunLock } from '../runs/lock';
import { removeRunLeftovers } from '../runs/run-leftovers';
import { storageProblem } from '../runs/storage';
import { jobIdOf, writeRemoteRun } from '../runs/remote-run';
import type { RemoteJob, RemoteRun } from '../runs/remote-run';
import { visibleText } from '../text/visible-text';
import type { ClusterConnection } from './connection';
import { curvePause, filesPause, waitingPause } from './looks';
import { RunPull } from './pull';
import { ClusterError, NotFoundError, RefusedError, UnauthorisedError } from './ray/errors';
import { readPlace } from './ranks-place';
import type { RanksPlace } from './ranks-place';
import { hasJobEnded } from './ray/jobs';
import type { RayJob } from './ray/jobs';
import { StallWatch } from './stall-watch';
import { placeOf } from './train-script';
import type { Target } from './target';

/** What is told while a run on a cluster is followed. */
export type FollowEvent =
  | { readonly type: 'state'; readonly remote: RemoteRun }
  | { readonly type: 'rows'; readonly rows: readonly MetricRow[] }
  | { readonly type: 'file'; readonly path: string; readonly bytes: number }
  /** Nothing answers since then; the job is not touched by that. */
  | { readonly type: 'unreachable'; readonly since: Date; readonly message: string }
  | { readonly type: 'reached' }
  /** What comes cannot be kept here, as on a full disk; it is fetched once it can. */
  | { readonly type: 'unwritable'; readonly message: string }
  | { readonly type: 'writable' }
  /** The job waits for a place; what it asks for and what is in use. */
  | { readonly type: 'queued'; readonly text: string }
  /** It runs and records nothing; the end of its log, and what was last said there for people. */
  | {
      readonly type: 'stalled';
      readonly seconds: number;
      readonly log: readonly string[];
      readonly said: string;
    }
  /** What a run on several ranks told at its start, such as whether they pay. */
  | { readonly type: 'notice'; readonly text: string }
  | { readonly type: 'warning'; readonly text: string };

/** How following has ended: as the run has, or because it was given up, which changes nothing on the cluster. */
export type FollowEnd =
  | { readonly state: 'ended' | 'failed' | 'lost'; readonly message: string; readonly remote: RemoteRun }
  | { readonly state: 'left'; readonly message: ''; readonly remote: RemoteRun };

/** Time, for tests. */
export interface FollowClock {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
  readonly date: () => Date;
  /** Resolves after `ms`, or when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds between two looks while all goes well, at least; 1000 if absent. */
  readonly pace?: () => number;
  /** Whether somebody waits for the end, as of a run that was asked to stop: then it is looked at as often if it is old. */
  readonly isUrgent?: () => boolean;
}

const POLL_MS = 1000;
const MAX_BACKOFF_MS = 30_000;
/** Files are looked for when rows have come, at most so often, and from time to time without that, in ms; of an older run less often. */
const FILES_MS = 5000;
const QUIET_FILES_MS = 30_000;
const QUEUED_MS = 60_000;
/** Looks that may pass until the job is asked for again, if it found rows, or one in the last time did, in ms. */
const UNASKED = 9;
const RECORDING_MS = 5000;
/** Times that the files of a job which has ended are asked for. */
const MAX_REFUSALS = 4;
const LOG_LINES = 20;
const MAX_LOG_BYTES = 1 << 20;

/**
 * Follows a run on a cluster until it has ended: its curve is appended in its folder here, and its files are fetched as they come. What is
 * there already is not fetched again, so that it may be left and followed again at any time.
 * @throws LockedError if another process follows it; UnauthorisedError; ClusterError if what answers at first is not what was expected
 */
export async function followRun(
  runFolder: string,
  connection: ClusterConnection,
  remote: RemoteRun,
  clock: FollowClock,
  onEvent: (event: FollowEvent) => void,
  signal: AbortSignal,
): Promise<FollowEnd> {
  const lock = await RunLock.take(runFolder);
  try {
    await removeRunLeftovers(runFolder);
    return await new Follower(runFolder, connection, remote, clock, onEvent).follow(lock, signal);
  } finally {
    await lock.release();
  }
}

class Follower {
  private readonly pull: RunPull;
  /** Null until the run has a place. */
  private stall: StallWatch | null = null;
  private filesAt = -Infinity;
  private queuedAt = -Infinity;
  /** Null unless the job waits for a place. */
  private waitingSince: number | null = null;
  /** Of training, as far as it is known here. */
  private seconds = 0;
  private hasRows = false;
  private hasEndedRow = false;
  /** As it was last asked for, how many looks ago, when rows were last found, and whether at the last look. */
  private job: RayJob | null = null;
  private unasked = 0;
  private rowsAt = -Infinity;
  private hadRows = false;
  private hasReached = false;
  private failures = 0;
  private refusals = 0;
  /** Of a run on several ranks. */
  private place: RanksPlace | null = null;
  private placeAt = -Infinity;
  private hasNotice = false;
  /** The node of the job's own process, if it is another one than that with the run's files. */
  private driver: string | null = null;

  constructor(
    private readonly runFolder: string,
    private readonly connection: ClusterConnection,
    private remote: RemoteRun,
    private readonly clock: FollowClock,
    private readonly onEvent: (event: FollowEvent) => void,
  ) {
    const onWarning = (text: string): void => onEvent({ type: 'warning', text });
    const place = placeOf(jobIdOf(remote));
    this.pull = new RunPull(runFolder, connection.files, { place, source: remote.job.source }, onWarning);
  }

  async follow(lock: RunLock, signal: AbortSignal): Promise<FollowEnd> {
    let unreachableSince: Date | null = null;
    let isUnwritable = false;
    await this.lookHere();
    for (;;) {
      if (signal.aborted) return { state: 'left', message: '', remote: this.remote };
      await lock.assertOurs();
      let wait = POLL_MS;
      try {
        const end = await this.poll();
        wait = this.pause();
        this.failures = 0;
        if (unreachableSince !== null) this.onEvent({ type: 'reached' });
        if (isUnwritable) this.onEvent({ type: 'writable' });
        [unreachableSince, isUnwritable] = [null, false];
        if (end !== null) return end;
      } catch (error) {
        const unwritable = await this.storageProblem(error);
        if (unwritable === null && !this.mayPass(error)) throw error;
        wait = Math.min(MAX_BACKOFF_MS, POLL_MS * 2 ** this.failures++);
        if (unwritable !== null) {
          isUnwritable = true;
          this.onEvent({ type: 'unwritable', message: unwritable });
        } else {
          unreachableSince ??= this.clock.date();
          this.onEvent({ type: 'unreachable', since: unreachableSince, message: (error as Error).message });
        }
      }
      await this.clock.sleep(wait, signal);
    }
  }

  private pause(): number {
    const pace = this.clock.pace?.() ?? POLL_MS;
    if (this.clock.isUrgent?.()) return pace;
    return this.waitingSince === null
      ? curvePause(pace, this.seconds)
      : waitingPause(pace, this.clock.now() - this.waitingSince);
  }

  /** What was fetched of this job before counts, too. */
  private async lookHere(): Promise<void> {
    const { count } = await lastLines(this.runFolder, 0);
    this.hasRows = count > this.remote.linesBefore;
    const { last, lastRow } = await readMetricsEnd(this.runFolder);
    this.hasEndedRow = this.hasRows && last?.type === 'ended';
    this.seconds = lastRow?.seconds ?? 0;
  }

  private storageProblem(error: unknown): Promise<string | null> {
    return error instanceof ClusterError
      ? Promise.resolve(null)
      : storageProblem(error, this.runFolder, null);
  }

  /** Whether an error is of the kind that passes: a laptop sleeps, a tunnel is closed, an ingress answers with a page for a while. */
  private mayPass(error: unknown): error is ClusterError {
    if (!(error instanceof ClusterError) || error instanceof UnauthorisedError) return false;
    return (
      error.problem === 'unreachable' ||
      (this.hasReached && error.problem !== 'too-large' && !isAboutRun(error))
    );
  }

  /** Looks once. @returns how the run has ended; null if it goes on */
  private async poll(): Promise<FollowEnd | null> {
    const { jobs } = this.connection;
    // What records rows runs.
    const isRecording = this.hadRows || this.clock.now() - this.rowsAt < RECORDING_MS;
    const isKnown = this.job?.status === 'RUNNING' && isRecording && this.unasked < UNASKED;
    this.unasked = isKnown ? this.unasked + 1 : 0;
    const job = isKnown
      ? this.job!
      : await jobs.job(jobIdOf(this.remote)).catch((error: unknown) => {
          if (error instanceof NotFoundError) return null;
          throw error;
        });
    if (job === null) return this.end('lost', await this.whyLost());
    this.requireOurs(job);
    this.job = job;
    this.hadRows = false;
    this.hasReached = true;
    const isOver = hasJobEnded(job);
    const node = await this.nodeOf(job);
    if (!isOver || this.remote.state === 'submitting')
      await this.setState(job.status === 'PENDING' ? 'waiting' : 'running', '', node);
    this.waitingSince = job.status === 'PENDING' ? (this.waitingSince ?? this.clock.now()) : null;
    if (this.waitingSince !== null) await this.sayQueued(this.clock.now() - this.waitingSince);
    if (node !== null && job.status !== 'PENDING')
      await this.fetch(node, isOver).catch((error: unknown) => {
        // The node may be gone with the run's files.
        const isGone = isOver && error instanceof RefusedError && ++this.refusals >= MAX_REFUSALS;
        if (!isGone) throw error;
        this.onEvent({
          type: 'warning',
          text: `what is left of the run there cannot be read: ${error.message}`,
        });
      });
    if (this.hasEndedRow) {
      // Its last row is written after all else.
      if (node !== null && !isOver) await this.fetch(node, true);
      return this.end('ended', '');
    }
    if (!isOver) return null;
    if (job.status === 'STOPPED' && !this.hasRows) return this.end('ended', 'stopped before training began');
    return this.end('failed', await this.whyFailed(job, node));
  }

  /** The node with the run's files: that of its first rank, where it has several. */
  private async nodeOf({ driver_node_id: driver, status }: RayJob): Promise<string | null> {
    if (this.remote.job.ranks === undefined || driver === null || status === 'PENDING')
      return driver ?? this.remote.node;
    this.driver = driver;
    const now = this.clock.now();
    if (this.place === null || now - this.placeAt >= FILES_MS) {
      this.placeAt = now;
      this.place = (await readPlace(this.connection.files, driver, jobIdOf(this.remote))) ?? this.place;
    }
    const { node = null, notice = '' } = this.place ?? {};
    if (notice !== '' && !this.hasNotice) this.onEvent({ type: 'notice', text: notice });
    this.hasNotice ||= notice !== '';
    return node;
  }

  private requireOurs({ metadata }: RayJob): void {
    const { digest = 'none' } = metadata;
    if (digest === this.remote.digest) return;
    throw new ClusterError(
      'refused',
      `the job ${jobIdOf(this.remote)} on ${this.remote.target} is not the one that was submitted: its digest is ${visibleText(digest, 64)}, expected ${this.remote.digest}`,
    );
  }

  private async fetch(node: string, isLast: boolean): Promise<void> {
    const lines = await this.pull.curve(node);
    const rows = lines.filter(isRow);
    if (lines.length > 0) this.noteEnd(lines);
    if (rows.length > 0) this.onEvent({ type: 'rows', rows });
    const now = this.clock.now();
    this.hadRows = rows.length > 0;
    if (this.hadRows) this.rowsAt = now;
    this.hasRows ||= this.hadRows;
    const since = now - this.filesAt;
    this.seconds = rows.at(-1)?.seconds ?? this.seconds;
    const isDue = since >= filesPause(rows.length > 0 ? FILES_MS : QUIET_FILES_MS, this.seconds);
    if (isLast || isDue) {
      this.filesAt = now;
      for (const file of await this.pull.fetchFiles(node, isLast)) this.onEvent({ type: 'file', ...file });
    }
    this.stall ??= new StallWatch(now);
    const quiet = isLast ? null : this.stall.look(rows.length, now);
    if (quiet === null) return;
    const log = await this.logEnd(node);
    this.onEvent({ type: 'stalled', seconds: quiet, log, said: lastSaid(log) ?? '' });
  }

  /** The last line counts: an end is followed by others if training went on. */
  private noteEnd(lines: readonly MetricLine[]): void {
    const last = lines.findLast(({ type }) => type !== 'checkpoints');
    this.hasEndedRow = last?.type === 'ended';
  }

  private logEnd(node: string): Promise<string[]> {
    const name = `job-driver-${jobIdOf(this.remote)}.log`;
    return this.connection.files.tail(this.driver ?? node, name, LOG_LINES, MAX_LOG_BYTES);
  }

  /** @param waited so far, in ms */
  private async sayQueued(waited: number): Promise<void> {
    const now = this.clock.now();
    if (now - this.queuedAt < Math.max(QUEUED_MS, waited / 20)) return;
    this.queuedAt = now;
    const { cpus, gpus } = askedOf(this.remote.job, this.connection.target);
    const has = await this.connection.jobs.resources().catch(() => null);
    const asked = `asks for ${cpus} CPUs and ${gpus} GPUs`;
    const used =
      has &&
      `; in use are ${has.cpus.used} of ${has.cpus.total} CPUs and ${has.gpus.used} of ${has.gpus.total} GPUs`;
    this.onEvent({ type: 'queued', text: `waits for a place: ${asked}${used ?? ''}` });
  }

  private async whyLost(): Promise<string> {
    const { session_name: session } = await this.connection.jobs.version();
    const { target, state } = this.remote;
    if (state === 'submitting') return `${target} has not got it: it was not submitted to the end`;
    return session === this.remote.session
      ? `${target} does not know its job any more: somebody has deleted it`
      : `${target} was started again, and has forgotten its job`;
  }

  private async whyFailed({ message }: RayJob, node: string | null): Promise<string> {
    const place = this.driver ?? node;
    const log = place === null ? [] : await this.logEnd(place).catch(() => []);
    // Ray adds the end of the log, in one line.
    const [reason = ''] = message.split(/, last available logs/);
    return visibleText(lastSaid(log) ?? (reason || 'its job ended and gave no reason'), 5000);
  }

  private async end(state: 'ended' | 'failed' | 'lost', message: string): Promise<FollowEnd> {
    await this.setState(state, message, this.remote.node);
    return { state, message, remote: this.remote };
  }

  private async setState(state: RemoteRun['state'], message: string, node: string | null): Promise<void> {
    const { remote } = this;
    if (remote.state === state && remote.message === message && remote.node === node) return;
    this.remote = { ...remote, state, message, node, changedAt: this.clock.date().toISOString() };
    await writeRemoteRun(this.runFolder, this.remote);
    this.onEvent({ type: 'state', remote: this.remote });
  }
}

/** What a job asks for in all. */
const askedOf = ({ ranks }: RemoteJob, { cpus, gpus }: Target) =>
  ranks === undefined ? { cpus, gpus } : { cpus: ranks.count * cpus, gpus: ranks.count * ranks.gpus };

/** Errors about the run itself do not pass. */
const isAboutRun = (error: ClusterError): boolean =>
  error.problem === 'refused' && !(error instanceof RefusedError);

/** Returns what the end of a job's log says last for people; null for nothing. */
const lastSaid = (log: readonly string[]): string | null =>
  log.map(messageOf).findLast((text) => text !== null) ?? null;

/** Returns what a line of the job's log says: an error or a warning of `vae --json`, or one of our script. */
function messageOf(line: string): string | null {
  if (line.startsWith('latent-explorer: ')) return line.slice('latent-explorer: '.length);
  try {
    const { error, warning } = JSON.parse(line) as { error?: { message?: unknown }; warning?: unknown };
    const said = error?.message ?? warning;
    return typeof said === 'string' ? said : null;
  } catch {
    return null;
  }
}
