import { MetricsWriter } from '../runs/metrics';

/** The folder tells how a run ended, also one that failed before its first step. */
export async function recordFailure(runFolder: string, step: number, message: string): Promise<void> {
  try {
    const writer = await MetricsWriter.open(runFolder);
    await writer.append([{ type: 'ended', state: 'failed', step, message }]);
    await writer.close();
  } catch {
    // The folder cannot be written: the error itself, which is on its way to the person, says more.
  }
}
