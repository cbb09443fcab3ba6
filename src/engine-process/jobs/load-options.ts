import type { LoadOptions } from '../../datasets/load';
import { coreCount } from '../../engine/processor';
import { cacheRoot } from '../../setup/locations.mjs';

/** How this machine loads datasets: on all its cores, and with what it remembers of those that it has seen. */
export function loading(): Pick<LoadOptions, 'threads' | 'cache'> {
  return { threads: coreCount(), cache: cacheRoot() };
}
