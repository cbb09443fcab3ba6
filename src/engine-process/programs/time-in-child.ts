import type { EngineProgram } from '../../engine/program';
import { workerBundle } from '../../images/decoding/worker-bundle';
import type { RunConfig } from '../../runs/config';
import { runInChild } from '../run-in-child';
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
  const { program } = request;
  const work = { mode: 'time', request, timeoutMs: TIMEOUT_MS, maxOutputLength: MAX_OUTPUT_LENGTH } as const;
  const { code, output, said } = await runInChild(BUNDLE!, work, signal);
  const reply = code === 0 ? replyOf(output) : { problem: said || `it ended with exit code ${code}` };
  return 'problem' in reply
    ? { program, secondsPerStep: null, problem: reply.problem, others: 0 }
    : { program, ...reply, problem: '' };
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
