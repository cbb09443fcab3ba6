import { randomBytes } from 'node:crypto';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeAtomically } from './atomic';
import { bootId, hostId } from './machine';
import { processStartTime } from './processStart';

/** run.lock: who trains this run. One writer at a time. */
export interface LockRecord {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  readonly startTime: string | null;
  readonly nonce: string;
  /** Counts up every 5 seconds while the holder lives. */
  readonly heartbeat: number;
}

/** The run has another writer. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

const HEARTBEAT = 5000;
/** A lock of another host counts as abandoned when its heartbeat has not moved for so long, in ms of our own clock. */
const FOREIGN_PATIENCE = 60_000;

const pathOf = (runFolder: string): string => join(runFolder, 'run.lock');

async function readLock(runFolder: string): Promise<LockRecord | null> {
  try {
    const record = JSON.parse(await readFile(pathOf(runFolder), 'utf8')) as LockRecord;
    return typeof record.nonce === 'string' ? record : null;
  } catch {
    return null;
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Only the same host may judge a pid: elsewhere it names another process. */
async function judge(record: LockRecord): Promise<'alive' | 'dead' | 'foreign'> {
  if (record.host !== (await hostId())) return 'foreign';
  if (record.boot !== (await bootId())) return 'dead';
  if (!processExists(record.pid)) return 'dead';
  const startTime = await processStartTime(record.pid);
  return record.startTime === null || startTime === null || startTime === record.startTime ? 'alive' : 'dead';
}

/** Whether somebody trains this run: `none`, a living process of this host, a dead one, or one of another host. */
export async function lockHolder(runFolder: string): Promise<'none' | 'alive' | 'dead' | 'foreign'> {
  const record = await readLock(runFolder);
  return record ? judge(record) : 'none';
}

/** Resolves to whether another host's heartbeat moves within the patience. */
async function heartbeatMoves(runFolder: string, record: LockRecord, patience: number): Promise<boolean> {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    await sleep(Math.min(1000, patience));
    const now = await readLock(runFolder);
    if (now?.nonce !== record.nonce || now.heartbeat !== record.heartbeat) return true;
  }
  return false;
}

export class RunLock {
  private timer: NodeJS.Timeout | undefined;
  private heartbeat = 0;

  private constructor(
    private readonly runFolder: string,
    private readonly identity: Omit<LockRecord, 'heartbeat'>,
  ) {}

  /**
   * Takes the run's lock, also from a holder that is dead.
   * @throws LockedError when a living process holds it
   */
  static async take(runFolder: string, foreignPatience = FOREIGN_PATIENCE): Promise<RunLock> {
    const existing = await readLock(runFolder);
    if (existing) {
      const state = await judge(existing);
      if (state === 'alive') {
        throw new LockedError(
          `this run is being trained by process ${existing.pid}; stop it first or watch it`,
        );
      }
      if (state === 'foreign' && (await heartbeatMoves(runFolder, existing, foreignPatience))) {
        throw new LockedError('this run is being trained on another machine or in another container');
      }
      const again = await readLock(runFolder);
      if (again && again.nonce !== existing.nonce)
        throw new LockedError('another process has just taken this run');
      await rm(pathOf(runFolder), { force: true });
    }
    const identity = {
      host: await hostId(),
      boot: await bootId(),
      pid: process.pid,
      startTime: await processStartTime(process.pid),
      nonce: randomBytes(16).toString('hex'),
    };
    const lock = new RunLock(runFolder, identity);
    try {
      const handle = await open(pathOf(runFolder), 'wx');
      await handle.writeFile(JSON.stringify({ ...identity, heartbeat: 0 }));
      await handle.close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      throw new LockedError('another process has just taken this run');
    }
    lock.timer = setInterval(() => void lock.beat(), HEARTBEAT);
    lock.timer.unref();
    return lock;
  }

  private async beat(): Promise<void> {
    if (!(await this.isOurs())) return;
    this.heartbeat++;
    await writeAtomically(
      pathOf(this.runFolder),
      JSON.stringify({ ...this.identity, heartbeat: this.heartbeat }),
    ).catch(() => undefined);
  }

  /** Whether the file still names us; asked before each checkpoint, so that there are never two writers. */
  async isOurs(): Promise<boolean> {
    return (await readLock(this.runFolder))?.nonce === this.identity.nonce;
  }

  async release(): Promise<void> {
    clearInterval(this.timer);
    if (await this.isOurs()) await rm(pathOf(this.runFolder), { force: true });
  }
}
