import { lockHolder, readHolder } from '../runs/lock';
import { RunError } from '../runs/run-error';
import { leaveStopRequest } from '../runs/stop-request';
import { connectToRun } from './client';
import { stopEngine } from './stop-engine';
import type { StopMeans } from './stop-engine';

/** How long to wait for an engine to say whether it trains, in ms; one that does not say so is stopped as one that trains. */
const HELLO_TIMEOUT_MS = 5000;

/**
 * Stops the engine that trains a run, at a checkpoint if it answers. Leaves a request in the folder where it is trained on another
 * machine, which looks for one every few seconds.
 * @param onEscalation called before each means that follows an unanswered one
 * @throws RunError if none trains it
 */
export async function stopTraining(
  folder: string,
  onEscalation?: (next: 'terminate' | 'kill', pid: number) => void,
): Promise<StopMeans | 'request'> {
  const connection = await connectToRun(folder, HELLO_TIMEOUT_MS);
  const mode = connection?.hello.mode;
  connection?.client.dispose();
  if (mode === 'serve')
    throw new RunError(`${folder}: its engine only answers and does not train, so there is nothing to stop`);
  const means = await stopEngine(folder, onEscalation && { onEscalation });
  if (means !== null) return means;
  const state = await lockHolder(folder);
  if (state === 'foreign') {
    await leaveStopRequest(folder);
    return 'request';
  }
  const holder = state === 'alive' ? await readHolder(folder) : null;
  throw new RunError(
    holder === null
      ? `${folder}: no engine is alive for this run, so there is nothing to stop`
      : `${folder}: process ${holder.pid} holds the run, but has left no address where this user's engines do, so it is not signalled. If it is yours, \`kill ${holder.pid}\` stops it at a checkpoint.`,
  );
}
