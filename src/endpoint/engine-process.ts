import { judge } from '../runs/holder';
import { readHolder } from '../runs/lock';
import { isProcessAlive } from '../setup/process-alive.mjs';
import { readEndpoint } from './record';
import type { EndpointRecord } from './record';

/** The live process of a run's engine, whether or not it answers. */
export interface EngineProcess {
  readonly pid: number;
  /** Whether it holds the run's lock, and so trains the run. */
  readonly trains: boolean;
  readonly record: EndpointRecord;
}

/**
 * Returns the process that the private record of a run's engine names, if it is certainly that process: the same pid, start time,
 * machine and boot. The run folder alone proves nothing, because a cloned repository may contain any lock; it only says whether the
 * process trains, and adds the machine to a record of an older engine.
 */
export async function engineProcess(runFolder: string): Promise<EngineProcess | null> {
  const record = await readEndpoint(runFolder);
  if (record === null) return null;
  const { pid, startTime } = record;
  const holder = await readHolder(runFolder).catch(() => null);
  const trains = holder?.pid === pid && holder.startTime === startTime;
  const { host, boot } = record.host === undefined && trains ? holder : record;
  if (host === undefined || boot === undefined) return null;
  return (await judge({ host, boot, pid, startTime })) === 'alive' ? { pid, trains, record } : null;
}

/** Waits until a process has ended. Resolves to whether it did within `timeout` ms. */
export async function untilEnded(pid: number, timeout: number): Promise<boolean> {
  const end = performance.now() + timeout;
  while (isProcessAlive(pid)) {
    if (performance.now() >= end) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}
