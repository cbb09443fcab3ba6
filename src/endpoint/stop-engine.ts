import { setTimeout as sleep } from 'node:timers/promises';
import { isProcessSuspended } from '../setup/process-alive.mjs';
import { connectToRun } from './client';
import type { Connection } from './client';
import { engineProcess, untilEnded } from './engine-process';
import type { EngineProcess } from './engine-process';
import { noteEndedByUser } from './record';

/** What it takes to stop an engine, from the mildest means to the last. */
export type StopMeans = 'ask' | 'terminate' | 'kill';

/** How long each means may go unanswered, in ms. */
const LIMITS = {
  /** A step of a large model, or a busy machine, keeps an engine silent for many seconds. */
  ask: 20_000,
  /** One that is suspended does not answer, whatever it does. */
  askSuspended: 5000,
  terminate: 5000,
  kill: 5000,
} as const;

interface StopOptions {
  /** First means; `ask` if absent. */
  readonly from?: 'ask' | 'terminate';
  /** Called before each means that follows an unanswered one. */
  readonly onEscalation?: (means: 'terminate' | 'kill', pid: number) => void;
}

/** A process that is still there after SIGKILL. */
class UnstoppableError extends Error {
  override readonly name = 'UnstoppableError';
}

/**
 * Stops the engine of a run: asks it, then sends SIGTERM (both stop training at a checkpoint), then SIGKILL. The next means is taken
 * only if the engine does not answer for a while; one that answers, and writes its checkpoint, is waited for. After SIGKILL the run
 * can be resumed from its last checkpoint.
 * @returns the means that stopped it; null if no engine of the run is alive, or it cannot be told from another process
 * @throws UnstoppableError
 */
export async function stopEngine(
  runFolder: string,
  { from = 'ask', onEscalation = () => undefined }: StopOptions = {},
): Promise<StopMeans | null> {
  const engine = await engineProcess(runFolder);
  if (engine === null) return null;
  const { pid } = engine;
  const limit = isProcessSuspended(pid) ? LIMITS.askSuspended : LIMITS.ask;
  if (from === 'ask' && (await stopsWhenAsked(runFolder, pid, limit))) return 'ask';
  // Windows has no SIGTERM: it would end the process like SIGKILL.
  if (process.platform !== 'win32') {
    onEscalation('terminate', pid);
    await signal(runFolder, engine, 'SIGTERM');
    if (await stopsWhenAsked(runFolder, pid, LIMITS.terminate)) return 'terminate';
  }
  onEscalation('kill', pid);
  await noteEndedByUser(engine.record);
  await signal(runFolder, engine, 'SIGKILL');
  if (await untilEnded(pid, LIMITS.kill)) return 'kill';
  throw new UnstoppableError(
    `process ${pid} has not ended ${LIMITS.kill / 1000} s after SIGKILL; it may be waiting for a disk or a network folder. Bring that back, or restart the machine.`,
  );
}

/** Asks an engine to stop, and waits for its end as long as it answers. Resolves to false once it is silent for `limit` ms. */
async function stopsWhenAsked(runFolder: string, pid: number, limit: number): Promise<boolean> {
  const end = performance.now() + limit;
  const connection = await connectToRun(runFolder, limit);
  if (connection === null) return untilEnded(pid, end - performance.now());
  try {
    if (!(await closes(connection, limit))) return false;
  } finally {
    connection.client.dispose();
  }
  return untilEnded(pid, limit);
}

/** Resolves to true when the engine has closed the connection, or to false once it leaves a request unanswered for `limit` ms. */
async function closes({ client }: Connection, limit: number): Promise<boolean> {
  const closed = client.closed.then(() => true);
  client.call('stop', {}).catch(() => undefined);
  for (;;) {
    const answers = client.call('status', {}, AbortSignal.timeout(limit)).then(
      () => true,
      () => false,
    );
    if (!(await answers)) return Promise.race([closed, sleep(0, false)]);
    if (await Promise.race([closed, sleep(250, false)])) return true;
  }
}

/** Signals the engine's process if it is still the same; SIGTERM also continues it if it is suspended, or it could not act on it. */
async function signal(
  runFolder: string,
  { pid, record }: EngineProcess,
  name: 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  const now = await engineProcess(runFolder);
  if (now?.record.token !== record.token) return;
  if (name === 'SIGKILL') return signalGroup(pid, name);
  // The group of a foreground training may include other programs, such as `tee`.
  send(pid, name);
  signalGroup(pid, 'SIGCONT');
}

/** Signals the process group that the process leads (as our engines do), or else the process alone. */
function signalGroup(pid: number, name: NodeJS.Signals): void {
  if (process.platform === 'win32' || !send(-pid, name)) send(pid, name);
}

/** @returns whether there was something to signal */
function send(target: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(target, name);
  } catch {
    return false;
  }
}
