import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryAdvice } from '../../endpoint/engine-end';
import { wasEndedByUser } from '../../endpoint/record';
import { inRun, listedRun, statPath } from '../../runs/guarded-path';
import { LOCK_FILE } from '../../runs/lock';
import { runStamp } from '../../runs/run-stamp';
import type { RemoteRun } from '../../runs/remote-run';
import { newestFirst } from '../../runs/newest-first';
import type { Begun } from '../../runs/newest-first';
import { FOLDERS_AT_ONCE, foldersOfRuns, isDamaged, readAwaitedRun, readListedRun } from '../../runs/store';
import type { RunRecord } from '../../runs/store';
import type { EngineConnection, Loss } from '../engines/engine-connection';
import { Disposables, Emitter } from '../emitter';
import type { Disposable } from '../emitter';
import type { Engines } from '../engines/engines';
import type { FollowedRun } from './followed-run';
import { coalesced } from '../../shared/coalesced';
import { mapLimited } from '../../shared/map-limited';

/** One run of this window. `record` is null while its engine prepares it and nothing is written. */
export interface RunEntry {
  readonly folder: string;
  readonly record: RunRecord | null;
  /** Why the folder cannot be read as a run; empty unless there is a damaged config.json. */
  readonly damage: string;
  readonly connection: EngineConnection;
  /** Of a run that a cluster was asked for and that has recorded nothing yet; null for any other. */
  readonly awaited: RemoteRun | null;
  /** What this window knows of a run on a cluster while it is trained there; null for any other. */
  readonly followed: FollowedRun | null;
}

/** A training that requires the user's attention. */
export interface RunAlert {
  readonly entry: RunEntry;
  /** `paused` by itself, because the run folder cannot be written; `silent` if the engine is alive but does not respond. */
  readonly kind: 'failed' | 'interrupted' | 'out-of-memory' | 'paused' | 'silent';
  readonly message: string;
  /** Steps trained since the engine started, or since this window has known it; 0 for a run that has not ended. */
  readonly steps: number;
}

interface Read {
  /** Changes whenever the files behind the record change. */
  readonly stamp: string;
  readonly record: RunRecord | null;
  readonly damage: string;
  readonly awaited: RemoteRun | null;
}

/** Files of a run folder whose size or time shows that the record is stale. */
const STAMPED_FILES = ['config.json', 'about.json', 'metrics.jsonl', 'remote.json'];
/** Delays between retries, in ms: another front end creates the folder before its engine listens. */
const RECHECK_DELAYS_MS = [300, 1000, 3000, 8000, 20_000];

/** Delays between looks at whether a process whose connection has closed is gone, in ms. */
const GONE_DELAYS_MS = [50, 100, 200, 400, 800, 1600, 3000, 5000];

/** Timeout of an engine's answer while listing runs, in ms. */
const LIST_TIMEOUT_MS = 3000;

/** The runs in the window's runs folders, newest first, with their engines if alive. */
export class RunsModel implements Disposable {
  entries: readonly RunEntry[] = [];
  /** Reasons why folders that look like runs are not listed, as of the last refresh. */
  leftOut: readonly string[] = [];
  private readonly read = new Map<string, Read>();
  private readonly disposables = new Disposables();
  private readonly changedEmitter = this.disposables.add(new Emitter<RunEntry | null>());
  private readonly alertEmitter = this.disposables.add(new Emitter<RunAlert>());
  private recheckTimer: NodeJS.Timeout | undefined;
  /** By folder, for the state of its files that was last seen. */
  private readonly rechecks = new Map<string, { readonly stamp: string; readonly left: number }>();
  private readonly vanishedEmitter = this.disposables.add(new Emitter<readonly RunEntry[]>());
  /** Runs that have been read, by folder, until their folders are gone: an engine may outlive its folder for a moment. */
  private readonly written = new Map<string, RunEntry>();
  /** Folders whose end is no news: it was told, or this window deletes them. */
  private readonly expected = new Set<string>();
  /** Runs opened from outside the runs folders. */
  private readonly included = new Set<string>();
  private readonly followed = new Map<string, FollowedRun>();

  /** Fires with a run that has changed, or with null when the list has. */
  readonly changed = this.changedEmitter.event;
  /** Fires when a training that this window watches pauses by itself, has failed, or its engine has gone. */
  readonly alerted = this.alertEmitter.event;

  /** Fires with runs whose folders are gone without this window's doing; each folder once. */
  readonly vanished = this.vanishedEmitter.event;

  /** Reads the folders and attaches to live engines. */
  readonly refresh = coalesced(() => this.readAll());

  constructor(
    private readonly roots: () => readonly string[],
    private readonly engines: Engines,
  ) {
    this.disposables.add(engines.attached((connection) => this.follow(connection)));
  }

  find(folder: string | undefined): RunEntry | undefined {
    return this.entries.find((entry) => entry.folder === folder);
  }

  /** Also lists a run outside the runs folders. @returns whether `folder` is a run */
  async include(folder: string): Promise<boolean> {
    if (this.find(folder)) return true;
    this.included.add(folder);
    await this.refresh();
    if (this.find(folder)) return true;
    this.included.delete(folder);
    return false;
  }

  /** Call before this window deletes a run: that it vanishes is no news then. @param expected false if it is kept after all */
  expectEnd(folder: string, expected = true): void {
    if (expected) this.expected.add(folder);
    else this.expected.delete(folder);
  }

  dispose(): void {
    clearTimeout(this.recheckTimer);
    this.disposables.dispose();
  }

  private async readAll(): Promise<void> {
    const folders = new Set(this.included);
    const leftOut: string[] = [];
    const leaveOut = (message: string): void => void leftOut.push(message);
    for (const root of this.roots()) {
      const found = await foldersOfRuns(root, leaveOut).catch((error: Error) => {
        leaveOut(error.message);
        return [];
      });
      for (const folder of found) folders.add(folder);
    }
    const entries = await mapLimited([...folders], FOLDERS_AT_ONCE, (folder) =>
      this.readEntry(folder, leaveOut),
    );
    this.leftOut = leftOut;
    this.entries = entries
      .filter((entry) => entry !== null)
      .sort((a, b) => newestFirst(begunOf(a), begunOf(b)));
    this.changedEmitter.fire(null);
    const vanished = await this.vanishedRuns();
    if (vanished.length > 0) this.vanishedEmitter.fire(vanished);
  }

  /** Returns the runs whose folders are gone and were not told of. */
  private async vanishedRuns(): Promise<RunEntry[]> {
    for (const entry of this.entries)
      if (entry.record !== null || entry.damage !== '' || entry.awaited !== null)
        this.written.set(entry.folder, entry);
    const vanished: RunEntry[] = [];
    for (const [folder, entry] of this.written) {
      if (this.find(folder)) continue;
      // With another runs folder, or without its workspace folder, a run is out of sight and not gone.
      const isLookedFor = this.roots().includes(dirname(folder)) || this.included.has(folder);
      // Without its config.json, as while it is being deleted, it will be gone soon.
      if (isLookedFor && (await isThere(folder))) continue;
      this.written.delete(folder);
      this.read.delete(folder);
      if (!isLookedFor || this.expected.has(folder)) continue;
      this.expected.add(folder);
      vanished.push(entry);
    }
    return vanished;
  }

  private async readEntry(folder: string, leaveOut: (message: string) => void): Promise<RunEntry | null> {
    const before = this.read.get(folder);
    // The lock's heartbeat does not affect the record.
    const stamp = await runStamp(listedRun(folder), STAMPED_FILES, [LOCK_FILE]);
    // No file tells whether the owner of a lock is alive, so a running record is always read again.
    const same = before?.stamp === stamp && before.record && before.record.outcome !== 'running';
    const found = same ? before : await readFolder(folder);
    const { record, damage, awaited } = found;
    this.read.set(folder, { ...found, stamp });
    const connection = this.engines.connection(folder);
    const over = record?.outcome === 'finished' || record?.outcome === 'stopped';
    const isConnected =
      over || (await connected(connection).catch((error: Error) => leaveOut(error.message)));
    if (!isConnected && (!record || stamp.endsWith(LOCK_FILE))) this.recheckLater(folder, stamp);
    const isRun = record || awaited || damage !== '' || connection.status || !connection.responding;
    const followed = this.followed.get(folder) ?? null;
    return isRun ? { folder, record, damage, connection, awaited, followed } : null;
  }

  /** Notes what is known of a run that a cluster trains; null once nothing is followed any more. */
  noteFollowed(folder: string, followed: FollowedRun | null): void {
    if (followed === null) this.followed.delete(folder);
    else this.followed.set(folder, followed);
    const entry = this.find(folder);
    if (entry === undefined) return;
    // The tree knows a line by its object.
    (entry as { followed: RunEntry['followed'] }).followed = followed;
    this.changedEmitter.fire(entry);
  }

  /** Checks a folder that may be about to become a live run a few more times, at growing intervals. */
  private recheckLater(folder: string, stamp: string): void {
    const before = this.rechecks.get(folder);
    const left = before?.stamp === stamp ? before.left : RECHECK_DELAYS_MS.length;
    if (left === 0) return;
    this.rechecks.set(folder, { stamp, left: left - 1 });
    if (this.recheckTimer) return;
    this.recheckTimer = setTimeout(
      () => {
        this.recheckTimer = undefined;
        void this.refresh();
      },
      RECHECK_DELAYS_MS[RECHECK_DELAYS_MS.length - left],
    );
    this.recheckTimer.unref();
  }

  private follow(connection: EngineConnection): void {
    let state: string | undefined;
    let isPausedByItself = false;
    let isSilent = false;
    this.disposables.add(
      connection.changed(() => {
        const entry = this.find(connection.runFolder);
        const before = state;
        const { status } = connection;
        state = status?.state;
        const wasPausedByItself = isPausedByItself;
        isPausedByItself = status?.state === 'paused' && status.message !== '';
        if (entry && isPausedByItself && !wasPausedByItself)
          this.alertEmitter.fire({ entry, kind: 'paused', message: status!.message, steps: 0 });
        const wasSilent = isSilent;
        // Told once it is listed.
        isSilent = !connection.responding && (entry !== undefined || wasSilent);
        if (entry && isSilent && !wasSilent)
          this.alertEmitter.fire({ entry, kind: 'silent', message: '', steps: 0 });
        if (!entry || (!entry.record && state !== before)) void this.refresh();
        else this.changedEmitter.fire(entry);
      }),
    );
    this.disposables.add(connection.lost((loss) => void this.afterLoss(connection.runFolder, loss)));
  }

  private async afterLoss(
    folder: string,
    { last, hadTrained, steps, wasKilled, memory }: Loss,
  ): Promise<void> {
    await this.refresh();
    // The socket of a process that dies closes before the process is gone, and until then its lock counts as held.
    for (const delay of GONE_DELAYS_MS) {
      const seen = this.find(folder);
      if (!hadTrained || seen?.record?.outcome !== 'running' || seen.connection.status) break;
      await sleep(delay);
      await this.refresh();
    }
    const entry = this.find(folder);
    if (!entry || !hadTrained || entry.connection.status) return;
    if (last?.state === 'failed')
      this.alertEmitter.fire({ entry, kind: 'failed', message: last.message, steps });
    else if (entry.record?.outcome === 'interrupted' && !wasKilled && !(await wasEndedByUser(folder))) {
      const message = memory && (await memoryAdvice(folder, memory, null));
      this.alertEmitter.fire(
        message
          ? { entry, kind: 'out-of-memory', message, steps }
          : { entry, kind: 'interrupted', message: '', steps },
      );
    }
  }
}

/** Whether something is at the path, or cannot be known to be away. */
const isThere = (folder: string): Promise<boolean> =>
  statPath(inRun(folder)).then(
    (stats) => stats !== null,
    () => true,
  );

const begunOf = ({ folder, record, awaited }: RunEntry): Begun => ({
  name: nameOf(folder),
  createdAt: record?.config.createdAt ?? awaited?.changedAt ?? null,
});

async function readFolder(folder: string): Promise<Omit<Read, 'stamp'>> {
  const run = await readListedRun(folder);
  if (run === null)
    return { record: null, damage: '', awaited: (await readAwaitedRun(folder))?.remote ?? null };
  const awaited = null;
  return isDamaged(run)
    ? { record: null, damage: run.damage, awaited }
    : { record: run, damage: '', awaited };
}

/** Resolves to whether an engine is connected. A slow one counts as not connected; its connection reports it later. */
async function connected(connection: EngineConnection): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), LIST_TIMEOUT_MS)));
  return Promise.race([connection.connect(), late]).finally(() => clearTimeout(timer));
}

const nameOf = (folder: string): string => folder.split(/[\\/]/).pop() ?? folder;
