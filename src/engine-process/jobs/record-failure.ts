import type { RunLock } from '../../runs/lock';
import { MetricsWriter } from '../../runs/metrics-writer';

/** Records in metrics.jsonl that the run failed, even before its first step. Never throws. */
export async function recordFailure(
  runFolder: string,
  lock: RunLock,
  step: number,
  message: string,
): Promise<void> {
  try {
    // Another process may have taken over the run.
    if (!(await lock.isOurs())) return;
    const writer = await MetricsWriter.open(runFolder);
    await writer.append([{ type: 'ended', state: 'failed', step, message }]);
    await writer.close();
  } catch {
    // The folder is not writable. The caller reports the original error, which matters more.
  }
}
