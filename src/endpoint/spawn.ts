import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TrainRequest } from '../runs/config';
import { makeFolders, openToAppend, replaceFile } from '../runs/guarded-files';
import { inRun, statPath } from '../runs/guarded-path';
import type { ResumeChanges } from '../runs/resume-changes';
import { temporaryName } from '../runs/temporary-name';
import type { ProcessEnd } from './engine-end';
import { nodeEnvironment } from './node-environment';
import { installRuntime } from './runtime';

export interface SpawnOptions {
  readonly runFolder: string;
  /** `train` locks the run, and resumes it if there is no `request`; `serve` only answers from a checkpoint. */
  readonly mode: 'train' | 'serve';
  readonly request?: TrainRequest;
  /** Of a resumed run. */
  readonly changes?: ResumeChanges;
  /** Folder of worker.cjs and its native and WebAssembly files; the engine runs from a copy in the user's cache. */
  readonly engineFolder: string;
  readonly engine?: string;
  /** 0 or absent for one per core. */
  readonly threads?: number;
  /** What trains: `auto`, `cpu` or `gpu`. */
  readonly device?: string;
}

/** Exit code of an engine process whose run is locked by another. It must not write to that run's log. */
export const LOCKED_EXIT_CODE = 3;

/** Maximum argument length, in UTF-16 code units; the limits are 32 KiB on Windows and 128 KiB on Linux. */
const MAX_ARGUMENT_LENGTH = 16_000;

/** Returns the job as JSON or, if long (for example with many excluded images), as `@` and a file that the engine removes. */
async function jobArgument(job: { readonly runFolder: string }): Promise<string> {
  const text = JSON.stringify(job);
  if (text.length <= MAX_ARGUMENT_LENGTH) return text;
  const target = inRun(job.runFolder, temporaryName('job'));
  await replaceFile(target, text);
  return `@${target.path}`;
}

export interface SpawnedEngine {
  readonly pid: number;
  readonly exited: Promise<ProcessEnd>;
  /** Size of log.txt before the start, in bytes; this engine's output follows. */
  readonly logStart: number;
}

/**
 * Starts an engine process that outlives this one. Resolves once it runs; use `waitForEngine` to connect to it.
 * Its output goes to the run's log.txt.
 * @throws ForeignFileError if the run folder or its log.txt is a link
 */
export async function spawnEngine(options: SpawnOptions): Promise<SpawnedEngine> {
  // Reject links before creating anything, also behind them.
  await statPath(inRun(options.runFolder, 'log.txt'));
  const runtime = await installRuntime(options.engineFolder);
  await makeFolders(inRun(options.runFolder));
  const log = await openToAppend(inRun(options.runFolder, 'log.txt'));
  try {
    const { size: logStart } = await log.stat();
    const job = {
      mode: options.mode,
      runFolder: options.runFolder,
      request: options.request ?? null,
      // What is undefined is absent in JSON.
      ...options.changes,
      engine: options.engine ?? 'auto',
      threads: options.threads ? options.threads : null,
      device: options.device ?? 'auto',
    };
    const child = spawn(process.execPath, [join(runtime, 'worker.cjs'), await jobArgument(job)], {
      // Not the run folder: Windows deletes no folder that a process works in.
      cwd: runtime,
      env: nodeEnvironment(),
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const exited = new Promise<ProcessEnd>((resolve) =>
      child.once('exit', (code, signal) => resolve({ code, signal })),
    );
    child.unref();
    return { pid: child.pid!, exited, logStart };
  } finally {
    await log.close();
  }
}
