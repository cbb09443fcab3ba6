import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Time that is waited for other work to close files, in ms. */
const TIMEOUT_MS = 2000;
/** Error codes of limits on open files, with what to do. */
const LIMITS: Readonly<Record<string, string>> = {
  EMFILE:
    'this process has as many files open as it may; allow it more (`ulimit -n` shows and sets the number)',
  ENFILE: 'the system has as many files open as it can; close other programs',
};

/** Opens a file. Waits up to two seconds while too many files are open. @throws a system error, naming the limit in that case */
export async function openPatiently(path: string, flags: string | number): Promise<FileHandle> {
  const end = performance.now() + TIMEOUT_MS;
  for (;;) {
    try {
      return await open(path, flags);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      const limit = LIMITS[code];
      if (limit === undefined) throw error;
      if (performance.now() > end)
        throw Object.assign(new Error(`${path} cannot be opened (${code}): ${limit}`), { code, path });
      await sleep(50);
    }
  }
}
