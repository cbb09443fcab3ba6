import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseFailure } from '../protocol/schemas/inspection';
import { parseSweepLine } from '../protocol/schemas/sweep-line';
import type { SweepOutputLine } from '../protocol/schemas/sweep-line';
import { inRun, statPath } from '../runs/guarded-path';
import { lockHolder } from '../runs/lock';
import { nodeEnvironment } from './node-environment';
import { installRuntime } from './runtime';
import { runVae } from './run-vae';

/** A new sweep, as `vae sweep` takes it. Paths are absolute. */
export interface SweepRequest {
  /** Path of the dataset, or `digits`. */
  readonly data: string;
  readonly preset: string;
  readonly seed: number;
  /** Values by setting, as `--set` takes them. */
  readonly set: Readonly<Record<string, string>>;
  /** Number of trials that are drawn by chance, or on a cluster chosen by earlier ones; null for all combinations. */
  readonly trials: number | null;
  /** Whether later trials are chosen from the results of earlier ones, as a cluster can. */
  readonly isGuided: boolean;
  /** Whether weak trials are stopped early. */
  readonly stopsEarly: boolean;
  readonly parallel: number;
  /** Folder of runs. */
  readonly runsRoot: string;
  readonly name: string;
  readonly labels: string | null;
  readonly labelColumn: string | null;
  /** Path of `.vae/excluded.json`, to leave out the images that it lists. */
  readonly leaveOut: string | null;
  /** Name of the engine or `auto`, and its number of threads, 0 for one per core. */
  readonly engine: string;
  readonly threads: number;
  /** What trains: `auto`, `cpu` or `gpu`; absent for `auto`. */
  readonly device?: string | undefined;
  /** Name of the cluster, and where its nodes see the images, null to send them; null for this machine. */
  readonly on: { readonly target: string; readonly data: string | null } | null;
}

/** Most characters of the standard error that are kept. */
const MAX_ERROR_LENGTH = 100_000;
/** How often a sweep that was started is looked for, in ms. */
const POLL_MS = 200;

/** Returns the arguments of `vae` for a new sweep. One for a cluster is submitted, and followed by `continueSweep`. */
export function sweepArguments(request: SweepRequest): string[] {
  const { data, preset, seed, set, trials, parallel, runsRoot, name, labels, labelColumn, leaveOut, on } =
    request;
  return [
    ...['sweep', '--json', '--data', data, '--preset', preset, '--seed', String(seed)],
    ...Object.entries(set).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ...(trials === null ? [] : ['--search', request.isGuided ? 'tpe' : 'random', '--trials', String(trials)]),
    ...(request.stopsEarly ? ['--stop', 'asha'] : []),
    ...(on === null ? ['--parallel', String(parallel)] : ['--on', on.target, '--no-follow']),
    ...(on === null || on.data === null ? [] : ['--data-on-cluster', on.data]),
    ...['--runs', runsRoot, '--name', name, '--engine', request.engine],
    ...(request.threads > 0 ? ['--threads', String(request.threads)] : []),
    ...(request.device === undefined ? [] : ['--device', request.device]),
    ...(labels === null ? [] : ['--labels', labels]),
    ...(labelColumn === null ? [] : ['--label-column', labelColumn]),
    ...(leaveOut === null ? [] : ['--leave-out', leaveOut]),
  ];
}

/**
 * Plans a sweep in a process of its own, with `vae sweep --plan`.
 * @param onLine called with each result as it comes
 * @throws Error with the reason if it cannot be trained; the abort reason, after the process was killed
 */
export async function planSweep(
  request: SweepRequest,
  engineFolder: string,
  signal: AbortSignal,
  onLine: (line: SweepOutputLine) => void,
): Promise<void> {
  await runVae([...sweepArguments(request), '--plan'], engineFolder, signal, (text) => {
    const line = parseSweepLine(text);
    if (line !== null && !signal.aborted) onLine(line);
  });
}

/** Starts a new sweep in a process that outlives this one. @param folder of the sweep @throws Error with the reason if it ends at once */
export const startSweep = (request: SweepRequest, folder: string, engineFolder: string): Promise<void> =>
  start(sweepArguments(request), folder, engineFolder);

/**
 * Goes on with a sweep, or follows one on a cluster, in a process that outlives this one.
 * @param token for the cluster, in the environment of the process alone; null to take that of Ray's own tools @throws as `startSweep`
 */
export const continueSweep = (
  folder: string,
  engineFolder: string,
  token: string | null = null,
): Promise<void> =>
  // Nobody answers there: what a cluster has lost is not submitted.
  start(['sweep', '--continue', folder, '--json', '--ask-on-stdin'], folder, engineFolder, token);

/** Returns the arguments of `vae` to submit what is left of a sweep on a cluster; one that is there is left as it is. */
export const resubmitSweepArguments = (folder: string): string[] => [
  'sweep',
  '--continue',
  folder,
  '--no-follow',
];

async function start(
  args: readonly string[],
  folder: string,
  engineFolder: string,
  token: string | null = null,
): Promise<void> {
  const runtime = await installRuntime(engineFolder);
  const child = spawn(process.execPath, [join(runtime, 'vae.cjs'), ...args], {
    // Not the workspace: Windows deletes no folder that a process works in.
    ...{ cwd: runtime, detached: true, windowsHide: true },
    env: { ...nodeEnvironment(), ...(token !== null && { RAY_AUTH_TOKEN: token }) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MAX_ERROR_LENGTH);
  });
  let isOver = false;
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => (isOver = true));
  ended.catch(() => undefined);
  while (!isOver && !(await isCarriedOut(folder))) await sleep(POLL_MS);
  if (!isOver) {
    // From here on it is by itself; what it says later has no reader, and need not.
    child.stderr.destroy();
    child.unref();
    return;
  }
  const code = await ended;
  const problem = said
    .trim()
    .split('\n')
    .map(parseFailure)
    .findLast((each) => each !== null);
  if (problem != null) throw new Error(problem);
  if (code !== 0) throw new Error(`the sweep ended at once with ${code} and gave no reason`);
}

/** Whether a process has taken the sweep and recorded that it begins. */
async function isCarriedOut(folder: string): Promise<boolean> {
  const isThere = (await statPath(inRun(folder, 'results.json')).catch(() => null)) !== null;
  return isThere && (await lockHolder(folder).catch(() => 'none')) === 'alive';
}
