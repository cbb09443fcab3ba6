import { spawn } from 'node:child_process';
import { nodeEnvironment } from '../endpoint/node-environment';

const MAX_ERROR_LENGTH = 20_000;

interface ChildWork {
  /** Of the engine's bundle, see main.ts. */
  readonly mode: 'open' | 'time';
  /** Written to its standard input as JSON. */
  readonly request: object;
  /** After which it is killed, in ms. */
  readonly timeoutMs: number;
  /** Characters of standard output after which it is killed. */
  readonly maxOutputLength: number;
}

/** How a process ended. */
interface ChildOutcome {
  /** Null if a signal ended it, or if it did not start. */
  readonly code: number | null;
  readonly output: string;
  /** What it said last on standard error, or why it did not start; may be empty. */
  readonly said: string;
  readonly signal: string | null;
}

/**
 * Runs the engine's bundle for one task, in a process of its own, which is killed with this one. @param bundle path
 * @throws the abort reason of `signal`
 */
export async function runInChild(
  bundle: string,
  { mode, request, timeoutMs, maxOutputLength }: ChildWork,
  signal: AbortSignal,
): Promise<ChildOutcome> {
  signal.throwIfAborted();
  const child = spawn(process.execPath, [bundle, JSON.stringify({ mode })], {
    env: nodeEnvironment(),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: timeoutMs,
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
      if (output.length > maxOutputLength) end();
    });
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      errors = (errors + piece).slice(-MAX_ERROR_LENGTH);
    });
    // A process that has ended reads nothing; how it ended tells.
    child.stdin.on('error', () => undefined).end(JSON.stringify(request));
    const [code, killedBy, why] = await new Promise<[number | null, string | null, string]>((resolve) => {
      child.once('error', (error) => resolve([null, null, error.message]));
      child.once('close', (status, by) => resolve([status, by, '']));
    });
    signal.throwIfAborted();
    return { code, output, signal: killedBy, said: why || (errors.trim().split('\n').at(-1) ?? '') };
  } finally {
    signal.removeEventListener('abort', end);
    process.off('exit', end);
  }
}
