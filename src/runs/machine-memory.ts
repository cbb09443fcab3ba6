import { totalmem } from 'node:os';
import { constrainedMemory } from 'node:process';

/** Returns the bytes of memory that this process may use: the machine's, or those that a container allows. */
export function machineMemory(): number {
  // 0 or a huge number if there is no limit.
  const limit = constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
