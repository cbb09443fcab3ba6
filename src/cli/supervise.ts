import { spawn } from 'node:child_process';
import { endText, memoryAdvice } from '../endpoint/engine-end';
import type { ProcessEnd } from '../endpoint/engine-end';
import { MemoryWatch } from '../endpoint/memory-watch';
import { wasEndedByUser } from '../endpoint/record';
import { recordedBytes } from '../runs/metrics';
import { MAX_RESTARTS, RestartLimit } from '../shared/restart-limit';
import type { Context } from './context';
import { CliError, EXIT, signalOf } from './exit';
import type { ExitCode } from './exit';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

interface ChildEnd extends ProcessEnd {
  /** Whether the user asked this process to stop meanwhile. */
  readonly interrupted: boolean;
  readonly memory: MemoryWatch;
}

/** Runs `vae` with these arguments in a process of its own that shares this terminal, and passes signals on to it. */
async function runChild(args: readonly string[]): Promise<ChildEnd> {
  const child = spawn(process.execPath, [process.argv[1]!, ...args], { stdio: 'inherit' });
  let interrupted = false;
  const forward = (signal: NodeJS.Signals): void => {
    interrupted = true;
    // A terminal sends Ctrl-C to both processes itself; a second one would end the child at once.
    if (signal !== 'SIGINT') child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    const end = new Promise<ProcessEnd>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        const engineEnded = signalOf(code);
        resolve(engineEnded ? { code: null, signal: engineEnded } : { code, signal });
      });
    });
    // This process is in the same control group.
    const memory = await MemoryWatch.of(process.pid);
    return { ...(await end), interrupted, memory };
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}

/**
 * Trains in another process. If that dies, resumes the run: at most three times in three minutes, and only if it has recorded
 * something since its last start.
 * @param first arguments of `vae` that train in `folder` @param again arguments that resume it
 * @throws CliError if it died and is not resumed
 */
export async function supervise(
  folder: string,
  first: readonly string[],
  again: readonly string[],
  context: Context,
): Promise<void> {
  const limit = new RestartLimit(context.now);
  const recorded = (): Promise<number> => recordedBytes(folder).catch(() => 0);
  for (let args = first; ; args = again) {
    const before = await recorded();
    const end = await runChild(args);
    const { code, interrupted, memory } = end;
    if (code !== null) {
      context.exitCode = code as ExitCode;
      return;
    }
    const ended = `the training process was ended by ${endText(end)}`;
    if (interrupted || (await wasEndedByUser(folder)))
      throw new CliError(
        'training-failed',
        `${ended}${interrupted ? '' : ' by `vae stop` or the editor'}; \`vae resume ${folder}\` continues it`,
        EXIT.interrupted,
      );
    // It would end in the same way again.
    const advice = await memoryAdvice(folder, memory, end);
    if (advice !== null) throw new CliError('out-of-memory', `${ended}: ${advice}`, EXIT.failure);
    const why =
      (await recorded()) <= before
        ? 'before it had recorded anything'
        : limit.allows(folder)
          ? null
          : `for the ${MAX_RESTARTS + 1}th time within minutes`;
    if (why !== null)
      throw new CliError(
        'training-failed',
        `${ended} ${why}; its log is ${folder}/log.txt, and \`vae resume ${folder}\` tries again`,
        EXIT.failure,
      );
    context.output.warn(`${ended}; resuming ${folder} from its last checkpoint`);
  }
}

/** Returns the arguments of `vae train` for the other process: not supervised, in this folder. */
export function trainArguments(argv: readonly string[], folder: string): string[] {
  const kept = argv.filter(
    (argument, i) =>
      argument !== '--supervise' &&
      argument !== '--run' &&
      !argument.startsWith('--run=') &&
      argv[i - 1] !== '--run',
  );
  return [...kept, '--run', folder];
}
