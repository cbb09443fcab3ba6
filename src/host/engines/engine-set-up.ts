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
  | {
      readonly type: 'step';
      readonly step: string;
      readonly text: string;
      readonly from: string | null;
      readonly fraction: number | null;
    }
  | ({ readonly type: 'ready' } & SetUp)
  | ({ readonly type: 'offer' } & SetUpOffer)
  | { readonly type: 'failed'; readonly message: string };

/** What is to be downloaded for a graphics card; sizes in bytes. */
export interface SetUpOffer {
  readonly card: string;
  readonly hosts: readonly string[];
  readonly download: number;
  readonly unpacked: number;
}

export type SetUpOutcome =
  | ({ readonly kind: 'ready' } & SetUp)
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'declined' }
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
  const { type, step, text, from, received, total, tensorflow, jax, device, wasThere, error } =
    value as Record<string, unknown>;
  if (type === 'step' && typeof step === 'string' && typeof text === 'string') {
    const isMeasured = typeof received === 'number' && typeof total === 'number' && total > 0;
    return {
      ...{ type, step, text },
      from: typeof from === 'string' ? from : null,
      fraction: isMeasured ? Math.min(1, received / total) : null,
    };
  }
  const version = tensorflow ?? jax;
  if (type === 'ready' && typeof version === 'string')
    return { type, version, device: typeof device === 'string' ? device : '', wasThere: wasThere === true };
  if (type === 'offer') return offerIn(value as Record<string, unknown>);
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? { type: 'failed', message } : null;
}

function offerIn({ card, hosts, download, unpacked }: Record<string, unknown>): SetUpLine | null {
  const areTexts = Array.isArray(hosts) && hosts.every((host) => typeof host === 'string');
  if (typeof card !== 'string' || !areTexts || typeof download !== 'number' || typeof unpacked !== 'number')
    return null;
  return { type: 'offer', card, hosts: hosts, download, unpacked };
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

  private message({ step, text, from, fraction }: SetUpLine & { type: 'step' }): string {
    const { t } = this;
    switch (step) {
      case 'waiting':
        return t('waiting for another setup to finish');
      case 'checking':
        return this.engine === 'jax' ? t('looking for Python') : t('looking for python3, pip and g++');
      case 'downloading':
        if (fraction === null) return t('downloading');
        return from === null
          ? t('downloading, {0} %', Math.floor(fraction * 100))
          : t('downloading from {1}, {0} %', Math.floor(fraction * 100), plainText(from));
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
  /** Variables of the process; `process.env` by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** Asks about TensorFlow for a graphics card, which is set up if this is there, in place of that for the processor. */
  readonly agree?: (offer: SetUpOffer) => Promise<boolean>;
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
  const { program, args = [], signal, onStep, log, agree } = options;
  if (signal.aborted) return { kind: 'cancelled' };
  // Same as in endpoint/spawn.ts: runs Electron's binary as Node, without the editor's options.
  const env: NodeJS.ProcessEnv = { ...(options.env ?? process.env), ELECTRON_RUN_AS_NODE: '1' };
  delete env['NODE_OPTIONS'];
  const gpu = agree ? ['--gpu', '--ask-on-stdin'] : [];
  const child = spawn(process.execPath, [program, 'setup', ...args, ...gpu, '--json'], {
    // Not a workspace folder: Python would import modules from it.
    cwd: dirname(program),
    env,
    windowsHide: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let outcome: SetUpOutcome | null = null;
  // A process that ended does not hear the answer.
  child.stdin.on('error', () => undefined);
  if (!agree) child.stdin.end();
  const ask = async (offer: SetUpOffer): Promise<void> => {
    const isAgreed = (await agree?.(offer).catch(() => false)) ?? false;
    if (!isAgreed) outcome = { kind: 'declined' };
    child.stdin.end(isAgreed ? 'yes\n' : 'no\n');
  };
  const hear = (line: string): void => {
    const parsed = parseLine(line);
    if (parsed?.type === 'step') onStep(parsed);
    if (parsed?.type === 'ready') outcome = { ...parsed, kind: 'ready' };
    if (parsed?.type === 'offer') void ask(parsed);
    if (parsed?.type === 'failed') outcome ??= { kind: 'failed', message: parsed.message };
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
