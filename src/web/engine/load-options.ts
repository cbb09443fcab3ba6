/** Stands in for `src/engine-process/jobs/load-options.ts`: there is one thread, and no folder for a cache. */
import type { loadOptions as original } from '../../engine-process/jobs/load-options';

export const loadOptions: typeof original = () => ({ threads: 1 });
