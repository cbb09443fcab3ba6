import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseFailure } from '../protocol/schemas/inspection';
import { nodeEnvironment } from './node-environment';
import { installRuntime } from './runtime';

/** Maximum length of what the process may print: `vae inspect` lists every file that it skipped. */
const MAX_OUTPUT_LENGTH = 256 * 2 ** 20;

/**
 * Runs `vae` in a process of its own, from a copy of the engine's files in the user's cache.
 * @param engineFolder folder of the engine's bundles @returns what it prints
 * @throws Error with the reason that the command gives; the abort reason if the signal is aborted, which kills the process
 */
export async function runVae(
  engineFolder: string,
  args: readonly [command: string, ...rest: string[]],
  signal: AbortSignal,
): Promise<string> {
  const runtime = await installRuntime(engineFolder);
  signal.throwIfAborted();
  const child = spawn(process.execPath, [join(runtime, 'vae.cjs'), ...args], {
    env: nodeEnvironment(),
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    killSignal: 'SIGKILL',
  });
  const texts = Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  const [printed, problems] = await texts;
  if (code === 0) return printed;
  throw new Error(problemIn(problems) ?? `vae ${args[0]} ended with ${code} and gave no reason`);
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
