import type { FileHandle } from 'node:fs/promises';
import { openToChange } from './guarded-files';
import { inRun } from './guarded-path';
import type { GuardedPath, RunFolder } from './guarded-path';
import { heartbeatText, identityOfThis, judge, lockText } from './holder';
import type { LockRecord } from './holder';
import { attempt, giveBack, isHeldBy, readChain } from './lock-chain';

export type { LockRecord } from './holder';

/** Another process is training the run. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

/** Time between two heartbeats, in ms. */
export const HEARTBEAT_MS = 5000;
/** If a holder's process cannot be checked, it is dead after this time without a heartbeat, in ms of our own clock. */
const HEARTBEAT_TIMEOUT_MS = 60_000;

/** The file that names the process training the run; a run has one writer at a time. */
export const LOCK_FILE = 'run.lock';
const lockOf = (runFolder: RunFolder): GuardedPath => inRun(runFolder, LOCK_FILE);

/**
 * Returns the state of the process that trains the run: `none`, `alive` or `dead` on this host, or `foreign` on another host.
 * Counts a process as alive if it cannot be told from a later one with the same pid.
 * @throws ForeignFileError if run.lock is not a regular file
 */
export async function lockHolder(runFolder: RunFolder): Promise<'none' | 'alive' | 'dead' | 'foreign'> {
  const last = (await readChain(lockOf(runFolder))).at(-1);
  if (last === undefined) return 'none';
  const state = await judge(last.record);
  if (state === 'uncertain') return 'alive';
  return state === 'torn' ? 'dead' : state;
}

/** Returns the record of the process that holds the run's lock, dead or alive; null if there is none. */
export async function readHolder(runFolder: string): Promise<LockRecord | null> {
  return (await readChain(lockOf(runFolder))).at(-1)?.record ?? null;
}

/** The exclusive right to write a run's folder, kept alive by a heartbeat in run.lock. */
export class RunLock {
  private timer: NodeJS.Timeout | undefined;
  private heartbeat = 0;
  /** Open on the file we created, so that a file another holder puts in its place is never written. */
  private handle: FileHandle | null = null;

  private constructor(
    private readonly lock: GuardedPath,
    readonly nonce: string,
    private readonly heartbeatAt: number,
  ) {}

  /**
   * Takes the run's lock, if necessary from a dead holder or a torn file. Writes nothing else in the run folder.
   * @throws LockedError if another process holds it
   * @throws ForeignFileError if run.lock is not a regular file
   */
  static async take(runFolder: string, patience = HEARTBEAT_TIMEOUT_MS): Promise<RunLock> {
    const target = lockOf(runFolder);
    const identity = await identityOfThis();
    const { text, heartbeatAt } = lockText(identity);
    for (;;) {
      const result = await attempt(target, text, patience);
      if (result === 'changed') continue;
      if (result !== 'taken') throw lockedBy(result.heldBy.pid, result.state === 'foreign');
      const lock = new RunLock(target, identity.nonce, heartbeatAt);
      await lock.begin();
      return lock;
    }
  }

  private async begin(): Promise<void> {
    this.handle = await openToChange(this.lock).catch(() => null);
    if (!(await this.isOurs())) await this.closeHandle();
    this.timer = setInterval(() => void this.beat(), HEARTBEAT_MS);
    this.timer.unref();
  }

  /** Writes the heartbeat in place: renaming a new file over the lock could overwrite a new holder's. */
  private async beat(): Promise<void> {
    this.heartbeat++;
    await this.handle?.write(heartbeatText(this.heartbeat), this.heartbeatAt, 'utf8').catch(() => undefined);
  }

  /** Checks whether the file still names us. Call before each write to the run, so that there are never two writers. */
  isOurs(): Promise<boolean> {
    return isHeldBy(this.lock, this.nonce);
  }

  /** @throws LockedError if another process has taken over the run */
  async assertOurs(): Promise<void> {
    if (await this.isOurs()) return;
    throw new LockedError('another process has taken over this run, or its folder was removed');
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    await this.closeHandle();
    await giveBack(this.lock, this.nonce);
  }

  private async closeHandle(): Promise<void> {
    await this.handle?.close().catch(() => undefined);
    this.handle = null;
  }
}

function lockedBy(pid: number, isForeign: boolean): LockedError {
  return new LockedError(
    isForeign
      ? 'this run is being trained on another machine or in another container'
      : `this run is being trained by process ${pid}; stop it first or watch it`,
  );
}
