import { setTimeout as sleep } from 'node:timers/promises';
import { isProcessAlive } from '../setup/process-alive.mjs';
import { waitForEngine } from './client';
import type { Connection } from './client';
import { endText, memoryAdvice } from './engine-end';
import { readLog } from './engine-log';
import { MemoryWatch } from './memory-watch';
import { LOCKED_EXIT_CODE, spawnEngine } from './spawn';
import type { SpawnOptions } from './spawn';

/**
 * Timeout of a live engine from its start to the handshake, in ms. A slow disk first loads 400 MB of TensorFlow, and a busy
 * machine does so at a tenth of its speed.
 */
const START_TIMEOUT_MS = 180_000;
/** Maximum time between the end of a process and its exit code, in ms. */
const EXIT_TIMEOUT_MS = 2000;

/** Starts an engine process and connects to it. @throws Error why it did not start */
export async function startEngine(options: SpawnOptions): Promise<Connection> {
  const { runFolder, mode } = options;
  const { pid, exited, logStart } = await spawnEngine(options);
  const memory = await MemoryWatch.of(pid);
  const ended = new AbortController();
  const watch = setInterval(() => {
    if (!isProcessAlive(pid)) ended.abort();
  }, 200);
  try {
    const opened = await waitForEngine(runFolder, mode, START_TIMEOUT_MS, ended.signal);
    if (opened) return opened;
  } finally {
    clearInterval(watch);
  }
  const how = ended.signal.aborted ? await Promise.race([exited, sleep(EXIT_TIMEOUT_MS, null)]) : null;
  if (how?.code === LOCKED_EXIT_CODE)
    throw new Error('another process is training this run; stop it first or watch it');
  const { failure, end } = await readLog(runFolder, logStart);
  if (failure !== '') throw new Error(failure);
  const advice = how && (await memoryAdvice(runFolder, memory, how, logStart));
  if (advice) throw new Error(advice);
  const reason = ended.signal.aborted
    ? `the engine process ended at its start${how === null ? '' : ` (${endText(how)})`}`
    : `the engine did not answer within ${START_TIMEOUT_MS / 1000} s`;
  throw new Error(`${reason}. ${end}`.trim());
}
