import { setTimeout as sleep } from 'node:timers/promises';
import { startEngine } from '../../endpoint/start-engine';
import { RpcError } from '../../protocol/rpc';
import type { TrainRequest } from '../../runs/config';
import { readRun } from '../../runs/store';
import type { EngineStart } from './run-engines';

const POLL_MS = 100;

/**
 * Starts training in a new run folder by a process that outlives this one. Resolves once the images are read and training runs, or is
 * over already.
 * @throws Error why it failed; the abort reason, after the process was asked to stop
 */
export async function beginTraining(
  runFolder: string,
  request: TrainRequest,
  start: EngineStart,
  signal: AbortSignal,
): Promise<void> {
  const job = { ...start, runFolder, request, mode: 'train', threads: start.threads ?? 0 } as const;
  let connection;
  try {
    connection = await startEngine(job);
  } catch (error) {
    // A short training may end before its engine can be asked.
    if (await hasBegun(runFolder)) return;
    throw error;
  }
  const { client } = connection;
  try {
    for (;;) {
      if (signal.aborted) await client.call('stop', {}).catch(() => undefined);
      signal.throwIfAborted();
      const { state, message } = await client.call('status', {});
      if (state === 'failed')
        throw new Error(message || 'the training failed; log.txt in its run folder says why');
      if (state !== 'preparing') return;
      await sleep(POLL_MS);
    }
  } catch (error) {
    const isGone = error instanceof RpcError && error.code === 'closed';
    if (!isGone) throw error;
    const run = await readRun(runFolder).catch(() => null);
    if (run === null || run.outcome === 'failed')
      throw new Error(run?.message || 'the engine process ended while it prepared the run', { cause: error });
  } finally {
    client.dispose();
  }
}

async function hasBegun(runFolder: string): Promise<boolean> {
  const run = await readRun(runFolder).catch(() => null);
  return run !== null && (run.outcome === 'finished' || run.lastRow !== null);
}
