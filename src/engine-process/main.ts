import { basename, dirname } from 'node:path';
import { LOCKED_EXIT_CODE } from '../endpoint/spawn';
import { JaxProcessError } from '../engine/jax/process';
import { readText, removeFile } from '../runs/guarded-files';
import { guarded } from '../runs/guarded-path';
import { LockedError } from '../runs/lock';
import { RunLog } from './run-log';
import { adapterJob } from './devices/adapter-job';
import { runJob } from './jobs/train-job';
import type { Job } from './jobs/train-job';
import { serveJob } from './jobs/serve-job';
import { serveClassifier } from './classifier/serve-classifier';
import { openFilesJob } from './opened/open-files-job';
import { timeJob } from './programs/time-job';
import { visibleText } from '../text/visible-text';

/** The engine process's only argument, as JSON or as `@` and the path of a JSON file (see src/endpoint/spawn.ts). */
type EngineJob =
  | (Job & { readonly mode: 'train' | 'serve' })
  | { readonly mode: 'time' }
  | { readonly mode: 'open' }
  | { readonly mode: 'adapter' }
  | { readonly mode: 'classify' };

/** Maximum size of a job file, in bytes: it may list many excluded images. */
const MAX_JOB_BYTES = 64_000_000;

async function jobText(argument: string): Promise<string> {
  if (!argument.startsWith('@')) return argument;
  const path = argument.slice(1);
  const target = guarded(dirname(path), basename(path));
  const text = await readText(target, MAX_JOB_BYTES);
  await removeFile(target);
  return text;
}

const detailsOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

// Node would print the message unescaped, and messages quote file content. Standard error is the run's log.txt.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${visibleText(detailsOf(error))}\n`);
  process.exit(1);
});

async function main(): Promise<void> {
  const job = JSON.parse(await jobText(process.argv[2] ?? '')) as EngineJob;
  if (job.mode === 'adapter') {
    const reply = await adapterJob();
    process.stdout.write(reply, () => process.exit(0));
    return;
  }
  if (job.mode === 'time' || job.mode === 'open') {
    const reply = await (job.mode === 'time' ? timeJob : openFilesJob)(process.stdin);
    process.stdout.write(reply, () => process.exit(0));
    return;
  }
  if (job.mode === 'classify') {
    await serveClassifier(process.stdin, process.stdout);
    process.exit(0);
  }
  // Keep running if the window that started this process closes its terminal.
  process.on('SIGHUP', () => undefined);
  const controller = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => controller.abort());
  const nobody = { onRow: () => undefined, onStatus: () => undefined };
  try {
    if (job.mode === 'serve') await serveJob(job, controller.signal);
    else await runJob(job, nobody, controller.signal);
    process.exit(0);
  } catch (error) {
    // The log belongs to the process that holds the lock. The parent process reports this exit code.
    if (error instanceof LockedError) process.exit(LOCKED_EXIT_CODE);
    const log = await RunLog.open(job.runFolder).catch(() => null);
    log?.write(detailsOf(error));
    // Whoever started this process sees it end as the one did that it cannot do without.
    if (error instanceof JaxProcessError && error.signal) process.kill(process.pid, error.signal);
    process.exit(1);
  }
}

void main();
