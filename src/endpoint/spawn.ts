import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { TrainRequest } from '../runs/config';
import { makeFolders, openToAppend, replaceFile } from '../runs/guarded-files';
import { inRun, statPath } from '../runs/guarded-path';
import { temporaryName } from '../runs/temporary-name';
import { installRuntime } from './runtime';

export interface SpawnOptions {
  readonly runFolder: string;
  /** `train` owns the run and resumes it when there is no `request`; `serve` only answers from a checkpoint. */
  readonly mode: 'train' | 'serve';
  readonly request?: TrainRequest;
  /** Folder that holds worker.cjs and its native and WebAssembly files; the engine runs from a copy in the user's cache. */
  readonly engineFolder: string;
  readonly engine?: string;
  /** 0 or absent: as many as there are cores. */
  readonly threads?: number;
}

/** What an engine process ends with that finds its run held by another: it writes nothing there, so this has to say it. */
export const LOCKED_EXIT_CODE = 3;

/** An argument may have 32 KiB on Windows, and 128 on Linux. */
const MAX_ARGUMENT_LENGTH = 16_000;

/** The job as JSON; a long one, such as with images to leave out, as `@` and a file that the engine reads and removes. */
async function jobArgument(job: { readonly runFolder: string }): Promise<string> {
  const text = JSON.stringify(job);
  if (text.length <= MAX_ARGUMENT_LENGTH) return text;
  const place = inRun(job.runFolder, temporaryName('job'));
  await replaceFile(place, text);
  return `@${place.path}`;
}

export interface SpawnedEngine {
  readonly pid: number;
  /** Resolves to its exit code, or null where a signal has ended it. */
  readonly exited: Promise<number | null>;
  /** Length of log.txt at its start, in bytes: what comes after is of this engine. */
  readonly logStart: number;
}

/**
 * Starts an engine process that outlives this one. Resolves once it runs; use `waitForEngine` to talk to it.
 * Its output goes to the run's log.txt.
 * @throws ForeignFileError where the run folder or its log.txt is a link
 */
export async function spawnEngine(options: SpawnOptions): Promise<SpawnedEngine> {
  // A link is refused before anything is made, also on the other side of it.
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
      engine: options.engine ?? 'auto',
      threads: options.threads ? options.threads : null,
    };
    // Electron's binary is Node's with this variable; plain Node ignores it. NODE_OPTIONS of an editor would break the child.
    const environment: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
    delete environment['NODE_OPTIONS'];
    const child = spawn(process.execPath, [join(runtime, 'worker.cjs'), await jobArgument(job)], {
      cwd: options.runFolder,
      env: environment,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.unref();
    return { pid: child.pid!, exited, logStart };
  } finally {
    await log.close();
  }
}
