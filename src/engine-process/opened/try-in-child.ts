import { workerBundle } from '../../images/decoding/worker-bundle';
import { runInChild } from '../run-in-child';
import { tryFiles } from './open-files-job';
import type { TrialReply, TrialRequest } from './open-files-job';

/** Time that a process may take for all it does but the model's calls, in ms: a slow disk takes a while to load a library. */
const OTHER_MS = 120_000;
/** Calls of a trial at most: each file with two images, then with one, and both for a reconstruction. */
const CALLS = 6;
const MAX_OUTPUT_LENGTH = 64 * 2 ** 20;

const BUNDLE = workerBundle('worker.cjs');

/**
 * Tries a pair of ONNX files in a process of its own: what others made may crash the library, take all memory or never end.
 * @throws the abort reason of `signal`
 */
export async function tryInChild(request: TrialRequest, signal: AbortSignal): Promise<TrialReply> {
  signal.throwIfAborted();
  if (BUNDLE === null) return tryFiles(request);
  const timeoutMs = OTHER_MS + CALLS * request.callMs;
  const work = { mode: 'open', request, timeoutMs, maxOutputLength: MAX_OUTPUT_LENGTH } as const;
  const { code, output, said, signal: killedBy } = await runInChild(BUNDLE, work, signal);
  if (code === 0) return JSON.parse(output) as TrialReply;
  return {
    problem:
      said ||
      `the process that tried the files ended with ${killedBy ?? code} and gave no reason: the library crashed, or memory was short`,
  };
}
