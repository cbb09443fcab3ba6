import { randomInt } from 'node:crypto';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeLeftovers } from './guarded-files';
import { below, parentOf } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { identityOfThis, lockText } from './holder';
import { attempt, giveBack } from './lock-chain';
import { RunError } from './run-error';
import { Queues } from '../shared/queues';

/** Timeout for acquiring the lock, in ms; a change itself takes milliseconds. */
const MAX_WAIT_MS = 20_000;
/** A lock held on another machine is stale after this time, in ms: it has no heartbeat, and no change takes that long. */
const FOREIGN_TIMEOUT_MS = 5000;

/** Changes in this process, by file. */
const changes = new Queues();

/**
 * Runs a read-modify-write of a file under a lock. Concurrent changes, including those of other windows and processes, run
 * one after another and none is lost. Readers need no lock, because files are replaced atomically.
 * @param change reads the file and writes it
 * @throws RunError if another process holds the lock for 20 s
 */
export function changeFile<T>(target: GuardedPath, change: () => Promise<T>): Promise<T> {
  return changes.run(target.path, () => withLock(target, change));
}

async function withLock<T>(target: GuardedPath, change: () => Promise<T>): Promise<T> {
  const lock = below(parentOf(target), `.${basename(target.path)}.lock`);
  const identity = await identityOfThis();
  const { text } = lockText(identity);
  const end = performance.now() + MAX_WAIT_MS;
  for (;;) {
    const result = await attempt(lock, text, FOREIGN_TIMEOUT_MS);
    if (result === 'taken') break;
    if (performance.now() > end) {
      const who = result === 'changed' ? 'other processes' : `process ${result.heldBy.pid}`;
      throw new RunError(
        `${target.path} has been held by ${who} for ${MAX_WAIT_MS / 1000} s, so it was not changed. Try again; if nothing else uses it, remove ${lock.path}.`,
      );
    }
    await sleep(randomInt(5, 40));
  }
  try {
    // Left by a process that died while it wrote the file: nobody else writes it now.
    await removeLeftovers(parentOf(target), (name) => name === basename(target.path)).catch(() => undefined);
    return await change();
  } finally {
    await giveBack(lock, identity.nonce);
  }
}
