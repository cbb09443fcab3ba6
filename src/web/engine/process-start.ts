/** Stands in for `src/runs/process-start.ts`: a page or worker has no start time; that it lives, its lock of the browser says. */
import { isProcessNameHeld } from './process-names';

/** Returns the same text for each that lives, another for one that has ended, and null if the browser does not say. */
export async function processStartTime(pid: number): Promise<string | null> {
  const isHeld = await isProcessNameHeld(pid).catch(() => null);
  if (isHeld === null) return null;
  return isHeld ? 'alive' : 'ended';
}
