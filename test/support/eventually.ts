import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Assertion } from 'vitest';
import { watch } from './progress';

/** vitest's matchers, each of which is a promise here. */
type Matchers<T> = {
  [K in keyof Assertion<T>]: Assertion<T>[K] extends (...args: infer P) => unknown
    ? (...args: P) => Promise<void>
    : never;
};
type Eventually<T> = Omit<Matchers<T>, 'not'> & { readonly not: Omit<Matchers<T>, 'not'> };

/** Milliseconds between two looks, which grow: a look that changes nothing should cost little. */
const PAUSE = { first: 5, longest: 500, growth: 1.3 };

/**
 * Looks until what it reads is as it should be: `await eventually(() => list.count()).toBe(3)`. What is read may throw until
 * then. It has no clock: it fails when nothing moved for a minute (see progress.ts), with what it saw last.
 */
export function eventually<T>(read: () => T | Promise<T>, what = ''): Eventually<Awaited<T>> {
  return chain([]) as Eventually<Awaited<T>>;

  function chain(names: readonly string[]): unknown {
    return new Proxy(() => undefined, {
      // Not a promise itself.
      get: (_, name) => (name === 'then' || typeof name === 'symbol' ? undefined : chain([...names, name])),
      apply: (_target, _this, args: unknown[]) => until(() => check(names, args)),
    });
  }

  async function check(names: readonly string[], args: readonly unknown[]): Promise<void> {
    let matcher: unknown = expect(await read(), what);
    let owner: unknown;
    for (const name of names) [owner, matcher] = [matcher, (matcher as Record<string, unknown>)[name]];
    (matcher as (...args: unknown[]) => void).apply(owner, [...args]);
  }
}

/** Calls `check` until it does not throw. */
export async function until(check: () => void | Promise<void>): Promise<void> {
  const here = new Error();
  const over = watch();
  let before = '';
  for (let pause = PAUSE.first; ; pause = Math.min(pause * PAUSE.growth, PAUSE.longest)) {
    try {
      return await check();
    } catch (error) {
      if (over.signal.aborted) throw withStack(error, here);
      const now = error instanceof Error ? error.message : String(error);
      if (now !== before) {
        over.moved(now);
        pause = PAUSE.first;
      }
      before = now;
    }
    await sleep(pause);
  }
}

/** The error, said to come from where the wait was begun: the place in the test. */
function withStack(error: unknown, { stack = '' }: Error): Error {
  const one = error instanceof Error ? error : new Error(String(error));
  one.stack = `${one.name}: ${one.message}\n${stack.split('\n').slice(1).join('\n')}`;
  return one;
}
