import { spawn } from 'node:child_process';
import { nodeEnvironment } from '../../endpoint/node-environment';
import { workerBundle } from '../../images/decoding/worker-bundle';
import { tryFiles } from './open-files-job';
import type { TrialReply, TrialRequest } from './open-files-job';

/** Time that a process may take for all it does but the model's calls, in ms: a slow disk takes a while to load a library. */
const OTHER_MS = 120_000;
/** Calls of a trial at most: each file with two images, then with one, and both for a reconstruction. */
const CALLS = 6;
const MAX_OUTPUT_LENGTH = 64 * 2 ** 20;
const MAX_ERROR_LENGTH = 20_000;

const BUNDLE = workerBundle('worker.cjs');

/**
 * Tries a pair of ONNX files in a process of its own: what others made may crash the library, take all memory or never end.
 * @throws the abort reason of `signal`
 */
export async function tryInChild(request: TrialRequest, signal: AbortSignal): Promise<TrialReply> {
  signal.throwIfAborted();
  if (BUNDLE === null) return tryFiles(request);
  const child = spawn(process.execPath, [BUNDLE, JSON.stringify({ mode: 'open' })], {
    env: nodeEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: OTHER_MS + CALLS * request.callMs,
    killSignal: 'SIGKILL',
    windowsHide: true,
  });
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  process.once('exit', end);
  try {
    let [output, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      output += piece;
      if (output.length > MAX_OUTPUT_LENGTH) end();
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      errors = (errors + piece).slice(-MAX_ERROR_LENGTH);
    });
    // A process that has ended reads nothing; how it ended tells.
    child.stdin.on('error', () => undefined).end(JSON.stringify(request));
    const [code, killedBy] = await new Promise<readonly [number | null, string | null]>((resolve) => {
      child.once('error', (error) => resolve([null, error.message]));
      child.once('close', (status, by) => resolve([status, by]));
    });
    signal.throwIfAborted();
    if (code === 0) return JSON.parse(output) as TrialReply;
    const said = errors.trim().split('\n').at(-1) ?? '';
    return {
      problem:
        said ||
        `the process that tried the files ended with ${killedBy ?? code} and gave no reason: the library crashed, or memory was short`,
    };
  } finally {
    signal.removeEventListener('abort', end);
    process.off('exit', end);
  }
}
