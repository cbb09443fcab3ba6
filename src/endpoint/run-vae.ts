import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseFailure } from '../protocol/schemas/inspection';
import { nodeEnvironment } from './node-environment';
import { installRuntime } from './runtime';

/** Time that a cancelled process has to tidy up, in ms. */
const TIDY_UP_MS = 3000;

/** Maximum length of what the process may print: a report lists every file that was skipped. */
const MAX_OUTPUT_LENGTH = 256 * 2 ** 20;

/**
 * Runs `vae` with `--json` in a process of its own, which is ended when the signal is aborted: killed at once or, if it may tidy up, asked
 * to end first. Returns when it has ended.
 * @param engineFolder folder of the engine's bundles; the process runs from a copy in the user's cache
 * @param onLine called with each line that it prints, as it comes
 * @throws Error with the reason that the process reports if it fails; the abort reason
 */
export async function runVae(
  args: readonly string[],
  engineFolder: string,
  signal: AbortSignal,
  onLine: (line: string) => void,
  {
    atAbort = 'is killed',
    env = {},
    answer,
  }: {
    readonly atAbort?: 'is killed' | 'may tidy up';
    /** Variables beside those of this process. */
    readonly env?: NodeJS.ProcessEnv;
    /** Line for its standard input, when it comes; it has no input if absent. */
    readonly answer?: Promise<string>;
  } = {},
): Promise<void> {
  const runtime = await installRuntime(engineFolder);
  signal.throwIfAborted();
  const child = spawn(process.execPath, [join(runtime, 'vae.cjs'), ...args], {
    env: { ...nodeEnvironment(), ...env },
    windowsHide: true,
    stdio: [answer ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  // It may have ended before it is answered.
  child.stdin?.on('error', () => undefined);
  void answer?.then((line) => child.stdin?.end(`${line}\n`));
  const kill = (): boolean => child.kill('SIGKILL');
  let patience: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (atAbort === 'is killed') return void kill();
    child.kill('SIGTERM');
    patience = setTimeout(kill, TIDY_UP_MS);
  };
  signal.addEventListener('abort', end, { once: true });
  const problems = textOf(child.stderr!);
  const printed = eachLine(child.stdout!, onLine);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => {
    signal.removeEventListener('abort', end);
    clearTimeout(patience);
  });
  signal.throwIfAborted();
  await printed;
  if (code === 0) return;
  throw new Error(problemIn(await problems) ?? `vae ${args[0]} ended with ${code} and gave no reason`);
}

async function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  let length = 0;
  stream.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length > MAX_OUTPUT_LENGTH) (stream as NodeJS.ReadableStream & { destroy(): void }).destroy();
  });
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) onLine(line);
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length <= MAX_OUTPUT_LENGTH) pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** Returns the error that the process reported; its standard error may hold warnings too. */
function problemIn(text: string): string | null {
  const problems = text.trim().split('\n').map(parseFailure);
  return problems.findLast((problem) => problem !== null) ?? null;
}
