import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { currentWatch } from './watch';

/** Pauses between two questions grow from the first to the second, in ms: asking must not keep a busy machine busy. */
const [FIRST_PAUSE, LONGEST_PAUSE] = [20, 200];

/** What is waited for cannot come any more. */
export class HopelessError extends Error {
  override readonly name = 'HopelessError';
}

/**
 * Asks again and again until the answer is something. It has no clock: the watch of the test ends it when nothing moves.
 * @param what names it in the error of the watch
 * @param ask is told how often it was asked before
 */
export async function until<T>(
  what: string,
  ask: (attempt: number) => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const watch = currentWatch();
  let seen = '';
  for (let attempt = 0; ; attempt++) {
    watch?.signal.throwIfAborted();
    watch?.waits(what, seen);
    try {
      const answer = await ask(attempt);
      if (answer !== null && answer !== undefined && answer !== false) {
        watch?.waits(`what comes after ${what}`, '');
        return answer;
      }
    } catch (error) {
      if (error instanceof HopelessError) throw error;
      seen = error instanceof Error ? error.message : String(error);
    }
    await sleep(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 1.5 ** attempt));
  }
}

/** Reads again and again until it is what is expected: a page shows the parts of a result one after the other. */
export async function becomes<T>(read: () => Promise<T>, expected: NoInfer<T> | RegExp): Promise<T> {
  let value: T;
  await until(`what becomes ${inspect(expected)}`, async () => {
    value = await read();
    if (expected instanceof RegExp) assert.match(String(value), expected);
    else assert.deepEqual(value, expected);
    return true;
  });
  return value!;
}

/** How long one try to do something may take before it is done anew, in ms: longer each time, for a busy machine needs it. */
export const patience = (attempt: number, first = 2000): number => Math.min(60_000, first * 2 ** attempt);
