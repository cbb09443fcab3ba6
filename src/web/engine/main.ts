/** The worker of VS Code in a browser: the engine of a run, or one command of `vae`. */
import { runCli } from '../../cli/cli';
import { runJob } from '../../engine-process/jobs/train-job';
import { serveJob } from '../../engine-process/jobs/serve-job';
import { RunLog } from '../../engine-process/run-log';
import { LockedError } from '../../runs/lock';
import { MemoryFiles } from '../files/memory-files';
import { withMemory } from '../files/mounted-files';
import { filesOver } from '../files/port-files';
import { portTransport } from '../files/port-transport';
import type { Port } from '../files/port-transport';
import { useFiles } from '../node/current-files';
import { process as thisWorker } from '../node/globals';
import { connectClient } from './endpoint-server';
import { holdProcessName } from './process-names';
import type { EngineJob, FromWorker, StartOrder, ToWorker, WorkerEnd } from './start-order';

const scope = globalThis as unknown as Port & { close(): void };
const say = (message: FromWorker): void => scope.postMessage(message);
const stopping = new AbortController();

scope.onmessage = ({ data }) => {
  const message = data as ToWorker;
  if ('start' in message) void main(message);
  else if ('client' in message) connectClient(message.client);
  else {
    stopping.abort();
    thisWorker.emit('SIGTERM', 'SIGTERM');
  }
};

async function main({ start, files }: StartOrder): Promise<void> {
  useFiles(await withMemory(filesOver(portTransport(files)), new MemoryFiles()));
  await holdProcessName();
  say({ pid: thisWorker.pid });
  say({ ended: await ('vae' in start ? runCommand(start.vae) : runEngine(start)) });
  scope.close();
}

async function runCommand(args: readonly string[]): Promise<WorkerEnd> {
  const stream = (to: 'stdout' | 'stderr') => ({ write: (printed: string) => say({ printed, to }) });
  const code = await runCli(args, { cwd: '/', stdout: stream('stdout'), stderr: stream('stderr') });
  return { code, failure: '' };
}

async function runEngine(job: EngineJob): Promise<WorkerEnd> {
  const nobody = { onRow: () => undefined, onStatus: () => undefined };
  try {
    if (job.mode === 'serve') await serveJob(job, stopping.signal);
    else await runJob(job, nobody, stopping.signal);
    return { code: 0, failure: '' };
  } catch (error) {
    const { message, stack = message } = error as Error;
    // The log belongs to whoever holds the lock.
    if (error instanceof LockedError) return { code: 1, failure: message, isLocked: true };
    const log = await RunLog.open(job.runFolder).catch(() => null);
    log?.write(stack);
    await log?.close().catch(() => undefined);
    return { code: 1, failure: message };
  }
}
