import { basename, dirname } from 'node:path';
import { LOCKED_EXIT_CODE } from '../endpoint/spawn';
import { readText, removeFile } from '../runs/guarded-files';
import { guarded } from '../runs/guarded-path';
import { LockedError } from '../runs/lock';
import { RunLog } from './run-log';
import { runJob } from './jobs/train-job';
import type { Job } from './jobs/train-job';
import { serveJob } from './jobs/serve-job';
import { visibleText } from '../text/visible-text';

/** Entry of the engine process: one argument, the job as JSON or `@` and its file (see src/endpoint/spawn.ts). */
type EngineJob = Job & { readonly mode: 'train' | 'serve' };

/** Longest job, in bytes: it may name images that are left out. */
const MAX_JOB_BYTES = 64_000_000;

async function jobText(argument: string): Promise<string> {
  if (!argument.startsWith('@')) return argument;
  const path = argument.slice(1);
  const place = guarded(dirname(path), basename(path));
  const text = await readText(place, MAX_JOB_BYTES);
  await removeFile(place);
  return text;
}

const detailsOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

// Node would print the message as it is, and messages quote files. Standard error is the run's log.txt.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${visibleText(detailsOf(error))}\n`);
  process.exit(1);
});

async function main(): Promise<void> {
  const job = JSON.parse(await jobText(process.argv[2] ?? '')) as EngineJob;
  // The window that started us may close its terminal; the run goes on.
  process.on('SIGHUP', () => undefined);
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => controller.abort());
  const nobody = { onRow: () => undefined, onStatus: () => undefined };
  try {
    if (job.mode === 'serve') await serveJob(job, controller.signal);
    else await runJob(job, nobody, controller.signal);
    process.exit(0);
  } catch (error) {
    // The log is the holder's: whoever started us says why we end.
    if (error instanceof LockedError) process.exit(LOCKED_EXIT_CODE);
    const log = await RunLog.open(job.runFolder).catch(() => null);
    log?.write(detailsOf(error));
    process.exit(1);
  }
}

void main();
