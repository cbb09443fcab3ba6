import { randomBytes } from 'node:crypto';
import { bootId, hostId } from './host-identity';
import { processStartTime } from './process-start';

/** Who holds a lock: one process on one machine. */
export interface LockRecord {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  readonly startTime: string | null;
  readonly nonce: string;
  /** Counts up every 5 seconds while the holder of a run lives. */
  readonly heartbeat: number;
}

/**
 * What can be said of a holder: a process of this machine lives or is dead; its pid is in use, but by whom is not known; it is a
 * process of another machine; or what the file holds is no record, as after a crash or on a full disk.
 */
export type HolderState = 'alive' | 'dead' | 'uncertain' | 'foreign' | 'torn';

/** The heartbeat has a fixed width, so that it is written over in place. */
const HEARTBEAT_WIDTH = 10;
export const heartbeatText = (heartbeat: number): string => String(heartbeat).padStart(HEARTBEAT_WIDTH);

/** A record as the lock's text, and where in it the heartbeat stands, in bytes. */
export function lockText(identity: Omit<LockRecord, 'heartbeat'>): { text: string; heartbeatAt: number } {
  const before = `${JSON.stringify(identity).slice(0, -1)},"heartbeat":`;
  return { text: `${before}${heartbeatText(0)}}`, heartbeatAt: Buffer.byteLength(before) };
}

/** Null for what is no record. A nonce becomes part of a file's name, so it may be nothing but a word. */
export function parseLock(text: string): LockRecord | null {
  try {
    const { host, boot, pid, startTime, nonce, heartbeat } = JSON.parse(text) as Record<string, unknown>;
    if (typeof host !== 'string' || typeof boot !== 'string') return null;
    if (typeof nonce !== 'string' || !/^[\w-]{1,64}$/.test(nonce)) return null;
    if (startTime !== null && typeof startTime !== 'string') return null;
    if (!isCount(pid) || pid === 0 || !isCount(heartbeat)) return null;
    return { host, boot, pid, startTime, nonce, heartbeat };
  } catch {
    return null;
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

let machine: Promise<Pick<LockRecord, 'host' | 'boot' | 'startTime'>> | undefined;

/** This process, with a nonce that no other record has. */
export async function identityOfThis(): Promise<Omit<LockRecord, 'heartbeat'>> {
  machine ??= Promise.all([hostId(), bootId(), processStartTime(process.pid)]).then(
    ([host, boot, startTime]) => ({ host, boot, startTime }),
  );
  const { host, boot, startTime } = await machine;
  return { host, boot, pid: process.pid, startTime, nonce: randomBytes(16).toString('hex') };
}

/** Only the same host may judge a pid: elsewhere it names another process. */
export async function judge(record: LockRecord | null): Promise<HolderState> {
  if (record === null) return 'torn';
  const here = await identityOfThis();
  if (record.host !== here.host) return 'foreign';
  if (record.boot !== here.boot) return 'dead';
  if (!isProcessAlive(record.pid)) return 'dead';
  if (record.pid === here.pid && record.startTime === here.startTime) return 'alive';
  const startTime = await processStartTime(record.pid);
  if (record.startTime === null || startTime === null)
    // It may have ended while it was asked for.
    return isProcessAlive(record.pid) ? 'uncertain' : 'dead';
  return startTime === record.startTime ? 'alive' : 'dead';
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
