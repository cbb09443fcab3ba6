import type { LoadOptions } from '../../datasets/load';
import { coreCount } from '../../engine/processor';
import { cacheRoot } from '../../setup/locations.mjs';

/** Returns this machine's dataset load options: one thread per core, and the user's cache folder. */
export function loadOptions(): Pick<LoadOptions, 'threads' | 'cache'> {
  return { threads: coreCount(), cache: cacheRoot() };
}
