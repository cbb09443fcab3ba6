import { randomBytes } from 'node:crypto';
import { bootId, hostId } from './host-identity';
import { processStartTime } from './process-start';
import { isProcessAlive } from '../setup/process-alive.mjs';

/** The process and machine that hold a lock. */
export interface LockRecord {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  readonly startTime: string | null;
  readonly nonce: string;
  /** Incremented every 5 s while the holder of a run lock lives. */
  readonly heartbeat: number;
}

/**
 * State of a lock holder: `alive` or `dead` on this host; `uncertain` if its pid is in use, perhaps by another process;
 * `foreign` if it runs on another host; `torn` if the file is not a valid record, as after a crash or on a full disk.
 */
export type HolderState = 'alive' | 'dead' | 'uncertain' | 'foreign' | 'torn';

/** Width of the heartbeat in characters; fixed, so that it can be overwritten in place. */
const HEARTBEAT_WIDTH = 10;
export const heartbeatText = (heartbeat: number): string => String(heartbeat).padStart(HEARTBEAT_WIDTH);

/** Returns the text of a lock file and the byte offset of its heartbeat. */
export function lockText(identity: Omit<LockRecord, 'heartbeat'>): { text: string; heartbeatAt: number } {
  const before = `${JSON.stringify(identity).slice(0, -1)},"heartbeat":`;
  return { text: `${before}${heartbeatText(0)}}`, heartbeatAt: Buffer.byteLength(before) };
}

/** Parses a lock file; null if it is invalid. Nonces become part of file names, so only word characters and `-` are valid. */
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

/** Returns the identity of this process, with a new unique nonce. */
export async function identityOfThis(): Promise<Omit<LockRecord, 'heartbeat'>> {
  machine ??= Promise.all([hostId(), bootId(), processStartTime(process.pid)]).then(
    ([host, boot, startTime]) => ({ host, boot, startTime }),
  );
  const { host, boot, startTime } = await machine;
  return { host, boot, pid: process.pid, startTime, nonce: randomBytes(16).toString('hex') };
}

/** Determines the state of a holder. Checks pids only for records of this host: elsewhere they name other processes. */
export async function judge(
  record: Pick<LockRecord, 'host' | 'boot' | 'pid' | 'startTime'> | null,
): Promise<HolderState> {
  if (record === null) return 'torn';
  const here = await identityOfThis();
  if (record.host !== here.host) return 'foreign';
  if (record.boot !== here.boot) return 'dead';
  if (!isProcessAlive(record.pid)) return 'dead';
  if (record.pid === here.pid && record.startTime === here.startTime) return 'alive';
  const startTime = await processStartTime(record.pid);
  if (record.startTime === null || startTime === null)
    // The process may have ended during the query.
    return isProcessAlive(record.pid) ? 'uncertain' : 'dead';
  return startTime === record.startTime ? 'alive' : 'dead';
}
