import { randomInt } from 'node:crypto';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { below, parentOf } from './guarded-path';
import type { GuardedPath } from './guarded-path';
import { identityOfThis, lockText } from './holder';
import { attempt, giveBack } from './lock-chain';
import { RunError } from './run-error';

/** A change takes milliseconds; so long, in ms, is waited for those of others before this one is given up. */
const MAX_WAIT = 20_000;
/** A holder on another machine that has not gone on for so long, in ms, is gone: it has no heartbeat, and no change takes as long. */
const FOREIGN_PATIENCE = 5000;

/** The last change of each file in this process, settled either way. */
const queues = new Map<string, Promise<unknown>>();

/**
 * Reads, changes and writes a file with nobody else doing so: changes at the same moment, also in other windows and processes, come
 * one after the other, and each is kept. Readers need no turn, since files are replaced whole.
 * @param change reads the file, and writes it
 * @throws RunError where another process does not come to an end
 */
export function changeFile<T>(place: GuardedPath, change: () => Promise<T>): Promise<T> {
  const before = queues.get(place.path) ?? Promise.resolve();
  const turn = before.catch(() => undefined).then(() => withLock(place, change));
  queues.set(place.path, turn);
  const forget = (): void => {
    if (queues.get(place.path) === turn) queues.delete(place.path);
  };
  turn.then(forget, forget);
  return turn;
}

async function withLock<T>(place: GuardedPath, change: () => Promise<T>): Promise<T> {
  const lock = below(parentOf(place), `.${basename(place.path)}.lock`);
  const identity = await identityOfThis();
  const { text } = lockText(identity);
  const end = performance.now() + MAX_WAIT;
  for (;;) {
    const result = await attempt(lock, text, FOREIGN_PATIENCE);
    if (result === 'taken') break;
    if (performance.now() > end) {
      const who = result === 'changed' ? 'other processes' : `process ${result.heldBy.pid}`;
      throw new RunError(
        `${place.path} has been held by ${who} for ${MAX_WAIT / 1000} s, so it was not changed. Try again; if nothing else uses it, remove ${lock.path}.`,
      );
    }
    await sleep(randomInt(5, 40));
  }
  try {
    return await change();
  } finally {
    await giveBack(lock, identity.nonce);
  }
}
