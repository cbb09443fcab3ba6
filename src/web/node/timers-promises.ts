/** Stands in for `node:timers/promises`. */
import { setImmediate as soon } from './globals';

interface TimerOptions {
  readonly signal?: AbortSignal;
}

function sleep<T>(ms?: number, value?: T, { signal }: TimerOptions = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve(value as T);
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Resolves after the messages that have arrived were handled. */
function turn<T>(value?: T): Promise<T> {
  return new Promise((resolve) => soon(() => resolve(value as T)));
}

export { sleep as setTimeout, turn as setImmediate };
