import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { plainText } from '../format';
import type { Translate } from '../format';

/** What is set up. */
export interface SetUp {
  /** Of TensorFlow, or of JAX. */
  readonly version: string;
  /** What JAX computes on; empty for TensorFlow. */
  readonly device: string;
  readonly wasThere: boolean;
}

/** A recognised line of `vae setup --json`. */
export type SetUpLine =
  | { readonly type: 'step'; readonly step: string; readonly text: string; readonly fraction: number | null }
  | ({ readonly type: 'ready' } & SetUp)
  | { readonly type: 'failed'; readonly message: string };

export type SetUpOutcome =
  | ({ readonly kind: 'ready' } & SetUp)
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly message: string };

/** Parses a line; returns null if it is not recognised. */
export function parseLine(line: string): SetUpLine | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { type, step, text, received, total, tensorflow, jax, device, wasThere, error } = value as Record<
    string,
    unknown
  >;
  if (type === 'step' && typeof step === 'string' && typeof text === 'string') {
    const isMeasured = typeof received === 'number' && typeof total === 'number' && total > 0;
    return { type, step, text, fraction: isMeasured ? Math.min(1, received / total) : null };
  }
  const version = tensorflow ?? jax;
  if (type === 'ready' && typeof version === 'string')
    return { type, version, device: typeof device === 'string' ? device : '', wasThere: wasThere === true };
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? { type: 'failed', message } : null;
}

/** Start and end of each step on a progress bar of 100, by its usual duration. */
const SPANS: Readonly<Record<string, readonly [number, number]>> = {
  checking: [0, 5],
  downloading: [5, 60],
  unpacking: [60, 70],
  compiling: [70, 95],
  probing: [95, 100],
};

/** Converts steps to reports of a progress notification, whose bar never moves back. */
export class SetUpProgress {
  private reached = 0;

  constructor(
    private readonly t: Translate,
    private readonly engine: 'tensorflow' | 'jax' = 'tensorflow',
  ) {}

  next(line: SetUpLine & { type: 'step' }): { readonly message: string; readonly increment: number } {
    const [from, to] = SPANS[line.step] ?? [this.reached, this.reached];
    const now = Math.max(this.reached, from + (to - from) * (line.fraction ?? 0));
    const increment = now - this.reached;
    this.reached = now;
    return { message: this.message(line), increment };
  }

  private message({ step, text, fraction }: SetUpLine & { type: 'step' }): string {
    const { t } = this;
    switch (step) {
      case 'waiting':
        return t('waiting for another setup to finish');
      case 'checking':
        return this.engine === 'jax' ? t('looking for Python') : t('looking for python3, pip and g++');
      case 'downloading':
        return fraction === null ? t('downloading') : t('downloading, {0} %', Math.floor(fraction * 100));
      case 'unpacking':
        return t('unpacking the library');
      case 'compiling':
        return t('compiling the binding');
      case 'probing':
        return t('testing it');
      default:
        return plainText(text);
    }
  }
}

export interface SetUpOptions {
  /** Path of the bundled `vae`. */
  readonly program: string;
  /** Further arguments of `vae setup`. */
  readonly args?: readonly string[];
  readonly signal: AbortSignal;
  readonly onStep: (step: SetUpLine & { type: 'step' }) => void;
  /** Called with each line of output, except measured progress. */
  readonly log: (line: string) => void;
}

/**
 * Installs TensorFlow, or JAX, by running `vae setup --json` in a child process. An abort asks the child to end; it removes partial
 * files and is waited for. If this process exits first, the installation continues and the next window finds it complete.
 */
export async function runSetUp(options: SetUpOptions): Promise<SetUpOutcome> {
  const { program, args = [], signal, onStep, log } = options;
  if (signal.aborted) return { kind: 'cancelled' };
  // Same as in endpoint/spawn.ts: runs Electron's binary as Node, without the editor's options.
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  delete env['NODE_OPTIONS'];
  const child = spawn(process.execPath, [program, 'setup', ...args, '--json'], {
    // Not a workspace folder: Python would import modules from it.
    cwd: dirname(program),
    env,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let outcome: SetUpOutcome | null = null;
  const hear = (line: string): void => {
    const parsed = parseLine(line);
    if (parsed?.type === 'step') onStep(parsed);
    if (parsed?.type === 'ready') outcome = { ...parsed, kind: 'ready' };
    if (parsed?.type === 'failed') outcome = { kind: 'failed', message: parsed.message };
    if (parsed?.type !== 'step' || parsed.fraction === null) log(line);
  };
  const cancel = (): void => void child.kill('SIGINT');
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const listening = [child.stdout, child.stderr].map((stream) => eachLine(stream, hear));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    await Promise.all(listening);
    return outcome ?? (signal.aborted ? { kind: 'cancelled' } : silentEnd(code));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

async function eachLine(stream: Readable, hear: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) hear(line);
}

function silentEnd(code: number | null): SetUpOutcome {
  return { kind: 'failed', message: `the set-up ended with code ${code ?? 'none'} and said no more` };
}
