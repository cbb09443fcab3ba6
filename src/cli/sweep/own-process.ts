import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ProcessEnd } from '../../endpoint/engine-end';

/** Maximum length of a line that is kept. */
const MAX_LINE = 100_000;

/** A process of this program that was started by a sweep. */
export interface OwnProcess {
  readonly child: ChildProcess;
  readonly end: Promise<ProcessEnd>;
  /** The error that it reported; empty if it has reported none. */
  readonly problem: () => string;
}

/**
 * Starts this program with `--json` in a process group of its own, which no Ctrl-C in the terminal reaches: the sweep says when it ends.
 * @param onWarning called with each of its warnings @param onLine called with each line of its results; they are dropped without it
 */
export function startOwnProcess(
  args: readonly string[],
  cwd: string,
  onWarning: (text: string) => void,
  onLine?: (line: string) => void,
): OwnProcess {
  const child = spawn(process.execPath, [process.argv[1]!, ...args, '--json'], {
    ...{ cwd, detached: true, windowsHide: true },
    stdio: ['ignore', onLine ? 'pipe' : 'ignore', 'pipe'],
  });
  let problem = '';
  const lines: Promise<void>[] = [];
  lines.push(
    eachLine(child.stderr!, (line) => {
      const { warning, error } = messageOf(line);
      if (warning !== undefined) onWarning(warning);
      if (error !== undefined) problem = error;
    }),
  );
  if (onLine) lines.push(eachLine(child.stdout!, onLine));
  const end = new Promise<ProcessEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve({ code, signal }));
  }).then(async (ended) => {
    await Promise.all(lines);
    return ended;
  });
  // Whoever awaits it is told; until then it is no unhandled rejection.
  end.catch(() => undefined);
  return { child, end, problem: () => problem };
}

async function eachLine(stream: NodeJS.ReadableStream, use: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity }))
    if (line.length <= MAX_LINE) use(line);
}

/** Parses a line of the standard error of `vae --json`. */
function messageOf(line: string): { readonly warning?: string; readonly error?: string } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return {};
  }
  const { warning, error } = (value ?? {}) as { warning?: unknown; error?: { message?: unknown } | null };
  return {
    ...(typeof warning === 'string' ? { warning } : {}),
    ...(typeof error?.message === 'string' ? { error: error.message } : {}),
  };
}
