import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { addWitness } from '../support/progress';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line for the process that runs many. */
export interface Asked {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Name of its bundle. */
export const SERVED = 'served';

/**
 * A process that runs one command after another. To start a process for each and to load the engine in it takes more processor time
 * than most commands.
 */
export class CommandServer {
  private static readonly all = new Map<string, CommandServer>();

  private child: ChildProcess | null = null;
  isBusy = false;

  private constructor(private readonly bundles: string) {}

  /** The one of these bundles; test files that share this process share it, too. */
  static of(bundles: string): CommandServer {
    const there = CommandServer.all.get(bundles) ?? new CommandServer(bundles);
    CommandServer.all.set(bundles, there);
    return there;
  }

  /** Runs a command, while no other one runs. Resolves also if the process ends. */
  async run(asked: Asked): Promise<Ended> {
    this.isBusy = true;
    const child = (this.child ??= this.begin());
    let stderr = '';
    const say = (text: string): void => void (stderr += text);
    child.stderr!.on('data', say);
    const forget = addWitness({
      moved: () => Promise.resolve(null),
      describe: () => Promise.resolve(`vae ${asked.args.join(' ')} said: ${stderr || 'nothing'}`),
      release: () => Promise.resolve(void child.kill('SIGKILL')),
    });
    let end: (code: number | null) => void = () => undefined;
    try {
      return await new Promise<Ended>((resolve) => {
        end = (code) => resolve({ code, stdout: '', stderr });
        child.once('message', (ended: Ended) => resolve({ ...ended, stderr: ended.stderr + stderr }));
        child.once('exit', end);
        child.send(asked);
      });
    } finally {
      child.off('exit', end);
      child.stderr!.off('data', say);
      forget();
      this.isBusy = false;
    }
  }

  /** Ends the process, before its bundles are removed. */
  stop(): void {
    this.child?.disconnect();
    this.child = null;
  }

  private begin(): ChildProcess {
    const child = fork(join(this.bundles, `${SERVED}.cjs`), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    child.stderr!.setEncoding('utf8');
    child.once('exit', () => (this.child = null));
    // It does not hold up this process; it ends when the channel closes.
    child.unref();
    (child.channel as { unref?: () => void } | null | undefined)?.unref?.();
    (child.stderr as unknown as { unref(): void }).unref();
    return child;
  }
}
