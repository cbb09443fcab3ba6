import { spawn } from 'node:child_process';
import { nodeEnvironment } from '../../endpoint/node-environment';
import type { EngineProgram } from '../../engine/program';
import { workerBundle } from '../../images/decoding/worker-bundle';
import type { RunConfig } from '../../runs/config';
import type { ProgramTime } from './time-programs';

/** Maximum time of a measurement, in ms: a slow disk or a busy machine takes a while to load a library. */
const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_LENGTH = 20_000;

/** What a process that times a program reads from its standard input, as JSON. */
export interface TimingRequest {
  readonly program: EngineProgram;
  readonly config: RunConfig;
  /** Number of images in the dataset. */
  readonly count: number;
}

/** What it prints, as JSON on one line. */
export type TimingReply =
  { readonly secondsPerStep: number; readonly others: number } | { readonly problem: string };

const BUNDLE = workerBundle('worker.cjs');

/** Whether programs can be timed here: the engine's bundle is beside this one. */
export const canTime = BUNDLE !== null;

/**
 * Trains for a moment in a process of its own: a library reads its number of threads once, when it loads, and may crash.
 * @throws the abort reason of `signal`
 */
export async function timeInChild(request: TimingRequest, signal: AbortSignal): Promise<ProgramTime> {
  signal.throwIfAborted();
  const { program } = request;
  const child = spawn(process.execPath, [BUNDLE!, JSON.stringify({ mode: 'time' })], {
    env: nodeEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  process.once('exit', end);
  try {
    const [code, output, errors] = await outcomeOf(child, JSON.stringify(request));
    signal.throwIfAborted();
    const reply = code === 0 ? replyOf(output) : { problem: errors || `it ended with exit code ${code}` };
    return 'problem' in reply
      ? { program, secondsPerStep: null, problem: reply.problem, others: 0 }
      : { program, ...reply, problem: '' };
  } finally {
    signal.removeEventListener('abort', end);
    process.off('exit', end);
  }
}

/** Returns exit code, standard output, and the last line of the errors. */
function outcomeOf(
  child: ReturnType<typeof spawn>,
  input: string,
): Promise<readonly [number | null, string, string]> {
  let [output, errors] = ['', ''];
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-MAX_OUTPUT_LENGTH);
  });
  // A process that has ended reads nothing; its exit code tells.
  child.stdin!.on('error', () => undefined).end(input);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve([null, '', error.message]));
    child.once('close', (code) => resolve([code, output, errors.trim().split('\n').at(-1)!]));
  });
}

function replyOf(output: string): TimingReply {
  try {
    const reply = JSON.parse(output) as Record<string, unknown>;
    const { secondsPerStep, others, problem } = reply;
    if (typeof secondsPerStep === 'number' && secondsPerStep > 0 && typeof others === 'number')
      return { secondsPerStep, others };
    return { problem: typeof problem === 'string' ? problem : `it said ${output.slice(0, 200)}` };
  } catch {
    return { problem: `it said ${output.slice(0, 200) || 'nothing'}` };
  }
}
