import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Returns the path of a worker's bundle, next to this one; null when running from sources, where there is none. */
export function workerBundle(name: string): string | null {
  const path = join(dirname(fileURLToPath(import.meta.url)), name);
  return existsSync(path) ? path : null;
}

/** Images that are read ahead where there are no workers. */
export const INLINE_AHEAD = 1;
