import { closeSync, fstatSync, lstatSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import type { FileCalls } from './file-calls';

/**
 * Calls that block the event loop, for a process that does nothing but list runs: to hand a call to a thread and to hear of its
 * end takes several times as long as the call.
 */
export const blockingCalls: FileCalls = {
  lstat: (path) => now(() => lstatSync(path, { bigint: true })),
  stat: (path) => now(() => statSync(path, { bigint: true })),
  readdir: (path) => now(() => readdirSync(path)),
  open: (path, flags) =>
    now(() => {
      const descriptor = openSync(path, flags);
      return {
        stat: (options) => now(() => fstatSync(descriptor, options)),
        read: (buffer, offset, length, position) =>
          now(() => ({ bytesRead: readSync(descriptor, buffer, offset, length, position) })),
        close: () => now(() => closeSync(descriptor)),
      };
    }),
};

/** Makes a failure a rejection. */
const now = <T>(call: () => T): Promise<T> => new Promise((resolve) => resolve(call()));
