import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { nodeEnvironment } from '../../endpoint/node-environment';
import type { Adapter } from '../../engine/device';
import { workerBundle } from '../../images/decoding/worker-bundle';
import type { AdapterReply } from './adapter-job';
import { adapterOf, sayingVariables } from './adapter-name';

/** Time that a driver may take to start and to compute, in ms; one that hangs is ended then. */
const TIMEOUT_MS = 30_000;
const MAX_OUTPUT_LENGTH = 20_000;
const MAX_ERROR_LENGTH = 4_000_000;
/** Cards of a machine whose devices are looked for; any one will do. */
const MAX_CARDS = 16;

/** The adapter that WebGPU computes on here, or why there is none. */
export type Found = { readonly adapter: Adapter } | { readonly problem: string };

/** A program that tries the adapter, and its arguments; null where there is no such program. */
export type Trial = readonly [file: string, ...args: string[]] | null;

const BUNDLE = workerBundle('worker.cjs');
const TRIAL: Trial = BUNDLE === null ? null : [process.execPath, BUNDLE, JSON.stringify({ mode: 'adapter' })];

let found: Promise<Found> | undefined;

/** Tries WebGPU's adapter in a process of its own, once: whatever its driver does, this process goes on. */
export function findAdapter(): Promise<Found> {
  return (found ??= tryAdapter(TRIAL));
}

/** As `findAdapter`, each time. @param timeoutMs for the process, which is killed then */
export async function tryAdapter(trial: Trial, timeoutMs = TIMEOUT_MS): Promise<Found> {
  if (trial === null) return { problem: 'there is no program here that could try it' };
  const [file, ...args] = trial;
  const child = spawn(file, args, {
    env: { ...nodeEnvironment(), ...sayingVariables() },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  try {
    let [output, said] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      output = (output + piece).slice(0, MAX_OUTPUT_LENGTH);
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      said = (said + piece).slice(-MAX_ERROR_LENGTH);
    });
    const [code, killedBy] = await new Promise<readonly [number | null, string | null]>((resolve) => {
      child.once('error', (error) => resolve([null, error.message]));
      child.once('close', (status, by) => resolve([status, by]));
    });
    if (code !== 0)
      return {
        problem: `the process that tried it ended with ${killedBy ?? code}: its driver crashed, or took longer than ${timeoutMs / 1000} s`,
      };
    const problem = problemIn(output);
    return problem === '' ? { adapter: adapterOf(said) } : { problem };
  } finally {
    process.off('exit', end);
  }
}

function problemIn(output: string): string {
  try {
    const { problem } = JSON.parse(output) as Partial<AdapterReply>;
    if (typeof problem === 'string') return shortened(problem);
  } catch {
    // Said below.
  }
  return `the process that tried it said ${output.slice(0, 200) || 'nothing'}`;
}

/** Of what the library says about a failure, the end is for people; before it are its own source files and functions. */
const shortened = (problem: string): string =>
  /Failed to get a WebGPU \w+: .*/s.exec(problem)?.[0] ?? problem;

/**
 * Whether a graphics card may be here at all, without asking its driver: where none is, no process is started to look for one. Other systems than
 * Linux always have one.
 * @param devices folder of the system's devices
 */
export function mayHaveCard(platform = process.platform, devices = '/dev'): boolean {
  if (platform !== 'linux') return true;
  // NVIDIA's own driver, Windows' cards as seen by Linux inside of it, and the kernel's drivers, which number their devices from 128 on.
  const names = ['nvidia0', 'dxg', ...Array.from({ length: MAX_CARDS }, (_, i) => `dri/renderD${128 + i}`)];
  return names.some((name) => existsSync(`${devices}/${name}`));
}
