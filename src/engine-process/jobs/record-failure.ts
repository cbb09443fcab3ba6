import type { RunLock } from '../../runs/lock';
import { MetricsWriter } from '../../runs/metrics';

/** The folder tells how a run ended, also one that failed before its first step. */
export async function recordFailure(
  runFolder: string,
  lock: RunLock,
  step: number,
  message: string,
): Promise<void> {
  try {
    // The curve may be another process's by now.
    if (!(await lock.isOurs())) return;
    const writer = await MetricsWriter.open(runFolder);
    await writer.append([{ type: 'ended', state: 'failed', step, message }]);
    await writer.close();
  } catch {
    // The folder cannot be written: the error itself, which is on its way to the person, says more.
  }
}
