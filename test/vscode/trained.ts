import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { METRICS_FILE } from '../../src/runs/metrics';
import { copyRun } from './copy-run';
import type { TrainedRun } from './copy-run';
import { Sandbox } from './sandbox';
import { HopelessError, until } from './waiting/until';

/** Runs that tests begin with. */
const KINDS = {
  /** Finished, on the workspace's pictures. */
  pictures: { data: 'pictures', settings: ['hidden=32', 'latent=3', 'samples=20000'], stopAfter: Infinity },
  /** The same with another latent space. */
  pictures5: { data: 'pictures', settings: ['hidden=32', 'latent=5', 'samples=20000'], stopAfter: Infinity },
  /** Stopped, on built-in digits; 20 latent dimensions. */
  digits: { data: 'digits', settings: ['hidden=64', 'latent=20', 'samples=10000000'], stopAfter: 3 },
} as const;
export type RunKind = keyof typeof KINDS;

/** Trains each kind of run once, with `vae train`, and gives tests copies of it. */
export class Trained {
  private sandbox: Promise<Sandbox> | undefined;
  private readonly made = new Map<RunKind, Promise<TrainedRun>>();
  private turn: Promise<unknown> = Promise.resolve();
  /** The process that trains now; undefined while none does. */
  pid: number | undefined;

  constructor(private readonly root: string) {}

  /** Puts a run of this kind into a workspace, as if it had been trained there. @returns its folder */
  async give(kind: RunKind, workspace: string): Promise<string> {
    return copyRun(await this.template(kind), workspace, nameOf(kind));
  }

  /** Where a run of this kind was trained. */
  template(kind: RunKind): Promise<TrainedRun> {
    const known = this.made.get(kind);
    if (known) return known;
    const made = this.turn.then(() => this.train(kind));
    this.turn = made.catch(() => undefined);
    this.made.set(kind, made);
    return made;
  }

  async dispose(): Promise<void> {
    await this.turn;
    await (await this.sandbox)?.dispose();
  }

  private async train(kind: RunKind): Promise<TrainedRun> {
    const sandbox = await (this.sandbox ??= Sandbox.create());
    const workspace = join(sandbox.folder, 'w');
    if (this.made.size === 1) await sandbox.workspace();
    const { data, settings, stopAfter } = KINDS[kind];
    const run = join(workspace, 'trained', nameOf(kind));
    const vae = join(this.root, 'dist', 'engine', 'vae.cjs');
    const args = ['train', '--data', data, '--preset', 'fast', '--run', run, '--threads', '1'];
    const child = spawn(
      process.execPath,
      [vae, ...args, ...settings.flatMap((setting) => ['--set', setting])],
      {
        cwd: workspace,
        env: sandbox.environment,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.pid = child.pid;
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    if (stopAfter !== Infinity) {
      await until(`${stopAfter} rows of ${kind}`, async () => {
        if (child.exitCode !== null) throw new HopelessError(said);
        return (await readFile(join(run, METRICS_FILE), 'utf8')).split('\n').length > stopAfter;
      });
      child.kill('SIGINT');
    }
    const code = await ended;
    this.pid = undefined;
    if (!(await readdir(run)).includes('config.json'))
      throw new Error(`vae train ended with ${code}: ${said}`);
    return { run, workspace };
  }
}

/** Names sort by age; those of tests come before any that is trained now. */
function nameOf(kind: RunKind): string {
  const kinds = Object.keys(KINDS);
  return `20260101-00000${kinds.length - kinds.indexOf(kind)}-${kind}`;
}
