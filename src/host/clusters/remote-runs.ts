import type { ClusterConnection } from '../../cluster/connection';
import type { FollowEnd, FollowEvent } from '../../cluster/follow';
import { isRemoteActive } from '../../domain/remote-state';
import type { RemoteRun } from '../../runs/remote-run';
import { Disposables, Emitter } from '../emitter';
import type { Disposable } from '../emitter';
import type { Translate } from '../format';
import { remoteOf } from '../runs/followed-run';
import type { RunEntry, RunsModel } from '../runs/runs-model';
import { remoteStatus } from './remote-status';
import type { RemoteKnowledge } from './remote-status';
import { Pauses } from './pauses';

/** How often a run is looked at while somebody looks at it here, and while nobody does, in ms. */
const WATCHED_MS = 1000;
const UNWATCHED_MS = 30_000;
/** How often it is tried to follow a run that another process follows, and what has come of it looked for here, in ms. */
const ELSEWHERE_MS = 3000;
/** When a run is tried again that could not be followed for a reason that does not pass by itself, in ms. */
const TROUBLE_MS = 60_000;

/** How a run that this window followed has ended. */
export interface RemoteEnd {
  readonly folder: string;
  readonly end: Exclude<FollowEnd, { readonly state: 'left' }>;
}

/** Why a run on a cluster cannot be followed. */
export interface RemoteTrouble {
  readonly folder: string;
  readonly remote: RemoteRun;
  readonly error: Error;
}

export interface RemoteRunsOptions {
  readonly runs: Pick<RunsModel, 'entries' | 'find' | 'changed' | 'noteFollowed' | 'refresh'>;
  /** @throws if the run's cluster is none of the person's, or its token cannot be had */
  readonly connect: (remote: RemoteRun) => Promise<ClusterConnection>;
  /** Whether this window may connect to clusters: not in an untrusted workspace, nor in a browser. */
  readonly isAllowed: () => boolean;
  /** Whether a view of this window shows the run. */
  readonly isWatched: (folder: string) => boolean;
  readonly now: () => number;
  readonly date: () => Date;
  readonly t: Translate;
  readonly log: (message: string) => void;
}

interface Follow {
  readonly cancel: AbortController;
  readonly pauses: Pauses;
  readonly done: Promise<void>;
}

/**
 * Follows the runs of this window that clusters train, by itself: those that are listed, from whenever they are. What it knows lies in their
 * folders, so that it begins anew after a restart. The lock of a folder makes one of several windows follow a run; the others
 * look at what comes.
 */
export class RemoteRuns implements Disposable {
  private readonly disposables = new Disposables();
  private readonly follows = new Map<string, Follow>();
  private readonly known = new Map<string, RemoteKnowledge>();
  /** Reasons that were told, by folder. */
  private readonly told = new Map<string, string>();
  private readonly endedEmitter = this.disposables.add(new Emitter<RemoteEnd>());
  private readonly troubledEmitter = this.disposables.add(new Emitter<RemoteTrouble>());
  /** Fires when a run has ended that this window followed. */
  readonly ended = this.endedEmitter.event;
  /** Fires with each reason for which a run cannot be followed, once. */
  readonly troubled = this.troubledEmitter.event;

  constructor(private readonly options: RemoteRunsOptions) {
    this.disposables.add(
      options.runs.changed((entry) => {
        if (entry === null) this.look();
      }),
    );
    this.look();
  }

  /** Begins to follow what is listed and trained on a cluster. */
  look(): void {
    if (!this.options.isAllowed()) return;
    const { runs } = this.options;
    for (const entry of runs.entries) {
      const remote = remoteOf(entry);
      if (remote !== null && isRemoteActive(remote.state)) this.begin(entry);
      // Its record was read anew.
      if (this.known.has(entry.folder)) this.note(entry.folder, {});
    }
    for (const folder of this.follows.keys()) if (runs.find(folder) === undefined) void this.leave(folder);
  }

  /** Looks at once at a run that is followed, as when somebody begins to look at it; tries again what could not be followed. */
  wake(folder: string): void {
    this.told.delete(folder);
    this.follows.get(folder)?.pauses.end();
  }

  /** Says that a run was asked to stop, until it has. */
  noteStopping(folder: string): void {
    this.note(folder, { isStopping: true });
    this.wake(folder);
  }

  /** Resolves once a run is not followed any more. */
  async settled(folder: string): Promise<void> {
    await this.follows.get(folder)?.done;
  }

  /** Stops following a run, which continues on its cluster. Resolves once its folder is not written any more. */
  async leave(folder: string): Promise<void> {
    const follow = this.follows.get(folder);
    follow?.cancel.abort();
    follow?.pauses.end();
    await follow?.done;
  }

  dispose(): void {
    for (const folder of this.follows.keys()) void this.leave(folder);
    this.disposables.dispose();
  }

  private begin({ folder }: RunEntry): void {
    if (this.follows.has(folder)) return;
    const cancel = new AbortController();
    const pauses = new Pauses();
    const done = this.follow(folder, pauses, cancel.signal)
      .catch((error: Error) => this.options.log(`${folder} is not followed: ${error.message}`))
      .finally(() => {
        this.follows.delete(folder);
        this.known.delete(folder);
        this.options.runs.noteFollowed(folder, null);
      });
    this.follows.set(folder, { cancel, pauses, done });
  }

  private async follow(folder: string, pauses: Pauses, signal: AbortSignal): Promise<void> {
    // Imported on first use: most windows have no run on a cluster.
    const { followRun } = await import('../../cluster/follow');
    const { LockedError } = await import('../../runs/lock');
    const { readRemoteRun } = await import('../../runs/remote-run');
    const { runs, now, date, connect, isAllowed, isWatched, t } = this.options;
    while (!signal.aborted && isAllowed()) {
      const remote = await readRemoteRun(folder).catch(() => null);
      if (remote === null || !isRemoteActive(remote.state)) break;
      this.note(folder, { remote, note: '' });
      const isStopping = (): boolean => this.known.get(folder)?.isStopping === true;
      const clock = {
        ...{ now, date },
        pace: () => (isWatched(folder) || isStopping() ? WATCHED_MS : UNWATCHED_MS),
        isUrgent: isStopping,
        sleep: (ms: number) => (signal.aborted ? Promise.resolve() : pauses.wait(ms)),
      };
      try {
        const connection = await connect(remote);
        const onEvent = (event: FollowEvent): void => this.hear(folder, event);
        const end = await followRun(folder, connection, remote, clock, onEvent, signal);
        if (end.state === 'left') break;
        await runs.refresh();
        this.endedEmitter.fire({ folder, end });
        return;
      } catch (error) {
        if (signal.aborted) break;
        // The run was deleted meanwhile.
        if ((await readRemoteRun(folder).catch(() => remote)) === null) break;
        const isElsewhere = error instanceof LockedError;
        if (!isElsewhere) this.tell(folder, remote, error as Error);
        this.note(folder, { note: isElsewhere ? '' : t('not followed: {0}', (error as Error).message) });
        await pauses.wait(isElsewhere ? ELSEWHERE_MS : TROUBLE_MS);
        // What the other process has fetched meanwhile.
        if (isElsewhere) await runs.refresh();
      }
    }
    await runs.refresh();
  }

  private tell(folder: string, remote: RemoteRun, error: Error): void {
    this.options.log(`${folder} cannot be followed on ${remote.target}: ${error.message}`);
    if (this.told.get(folder) === error.message) return;
    this.told.set(folder, error.message);
    this.troubledEmitter.fire({ folder, remote, error });
  }

  private hear(folder: string, event: FollowEvent): void {
    const { t, runs, log } = this.options;
    switch (event.type) {
      case 'rows': {
        const train = event.rows.findLast(({ type }) => type === 'train');
        const validation = event.rows.findLast(({ type }) => type === 'validation');
        return this.note(folder, { note: '', ...(train && { train }), ...(validation && { validation }) });
      }
      case 'state':
        this.note(folder, { remote: event.remote, note: event.remote.message });
        return void runs.refresh();
      case 'file':
        // The configuration makes it a run, and weights can be explored.
        return void runs.refresh();
      case 'unreachable':
        return this.note(folder, {
          note: t(
            'not reached since {0}; the run goes on there ({1})',
            ...[event.since.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }), event.message],
          ),
        });
      case 'unwritable':
        log(`${folder}: ${event.message}`);
        return this.note(folder, { note: event.message });
      case 'reached':
      case 'writable':
        return this.note(folder, { note: '' });
      case 'notice':
        log(`${folder}: ${event.text}`);
        return this.note(folder, { note: event.text });
      case 'queued':
        return this.note(folder, { note: event.text });
      case 'stalled':
        log(
          `${folder}: no progress for ${event.seconds} s; the end of the job's log: ${event.log.join(' | ')}`,
        );
        return this.note(folder, {
          note: t('no progress for {0} s; its log says: {1}', event.seconds, event.said || '…'),
        });
      case 'warning':
        return log(`${folder}: ${event.text}`);
      default:
        event satisfies never;
    }
  }

  private note(folder: string, change: Partial<RemoteKnowledge>): void {
    const before = this.known.get(folder);
    const remote = change.remote ?? before?.remote;
    if (remote === undefined) return;
    const nothing = { train: null, validation: null, note: '', isStopping: false };
    const known: RemoteKnowledge = { ...nothing, ...before, ...change, remote };
    this.known.set(folder, known);
    const { runs } = this.options;
    const status = remoteStatus(folder, runs.find(folder)?.record ?? null, known);
    runs.noteFollowed(folder, { remote, status });
  }
}
