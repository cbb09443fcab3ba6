import type { FileHandle } from 'node:fs/promises';
import { openToChange } from './guarded-files';
import { inRun } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { heartbeatText, identityOfThis, judge, lockText } from './holder';
import { attempt, giveBack, isHeldBy, readChain } from './lock-chain';

export type { LockRecord } from './holder';

/** The run has another writer. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

const HEARTBEAT_MS = 5000;
/** A holder that cannot be judged by its process counts as gone when its heartbeat has stood still for so long, in ms of our own clock. */
const HEARTBEAT_PATIENCE = 60_000;

/** run.lock: who trains this run. One writer at a time. */
export const LOCK_FILE = 'run.lock';
const lockOf = (runFolder: string): GuardedPath => inRun(runFolder, LOCK_FILE);

/**
 * Whether somebody trains this run: `none`, a living process of this host, a dead one, or one of another host. A process that cannot
 * be told from a later one with its pid counts as alive.
 * @throws ForeignFileError where run.lock is no file
 */
export async function lockHolder(runFolder: string): Promise<'none' | 'alive' | 'dead' | 'foreign'> {
  const last = (await readChain(lockOf(runFolder))).at(-1);
  if (last === undefined) return 'none';
  const state = await judge(last.record);
  if (state === 'uncertain') return 'alive';
  return state === 'torn' ? 'dead' : state;
}

export class RunLock {
  private timer: NodeJS.Timeout | undefined;
  private heartbeat = 0;
  /** Of the very file that we made: what another holder puts in its place is never written to. */
  private handle: FileHandle | null = null;

  private constructor(
    private readonly lock: GuardedPath,
    private readonly nonce: string,
    private readonly heartbeatAt: number,
  ) {}

  /**
   * Takes the run's lock, also from a holder that is dead or whose file is torn. Nothing else is written in the run folder.
   * @throws LockedError when another process holds it
   * @throws ForeignFileError where run.lock is no file
   */
  static async take(runFolder: string, patience = HEARTBEAT_PATIENCE): Promise<RunLock> {
    const place = lockOf(runFolder);
    const identity = await identityOfThis();
    const { text, heartbeatAt } = lockText(identity);
    for (;;) {
      const result = await attempt(place, text, patience);
      if (result === 'changed') continue;
      if (result !== 'taken') throw lockedBy(result.heldBy.pid, result.state === 'foreign');
      const lock = new RunLock(place, identity.nonce, heartbeatAt);
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

  /** In place: a file renamed over the lock could take it from a holder that came meanwhile. */
  private async beat(): Promise<void> {
    this.heartbeat++;
    await this.handle?.write(heartbeatText(this.heartbeat), this.heartbeatAt, 'utf8').catch(() => undefined);
  }

  /** Whether the file still names us; asked before anything is written, so that there are never two writers. */
  isOurs(): Promise<boolean> {
    return isHeldBy(this.lock, this.nonce);
  }

  /** @throws LockedError where the run has been taken over */
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
