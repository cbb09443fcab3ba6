import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer is something; `what` names it in the error. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  seconds = 40,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      const why = last instanceof Error ? `: ${last.message}` : '';
      throw new Error(`waited ${seconds} s for ${what}${why}`);
    }
    await sleep(100);
  }
}
