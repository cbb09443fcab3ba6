import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { bundles, copyEngineAssets } from '../../esbuild.mjs';
import { encodePng } from '../../src/images/codecs/png-encode';
import { RandomStream } from '../../src/random/stream';
import { shippedSources } from '../../src/setup/sources.mjs';
import { addWitness } from '../support/progress';
import { sharedBundle } from '../support/shared-bundle.mjs';
import { CommandServer, SERVED } from './server';
import type { Ended } from './server';

export type { Ended };

/** What lies beside the command where it is installed. */
const BESIDE = {
  mcp: 'src/cli/mcp/serve.ts',
  worker: 'src/engine-process/main.ts',
  chunks: 'src/engine-process/jobs/minibatch-worker.ts',
  pictures: 'src/images/decoding/decode-worker.ts',
  layout: 'src/engine-process/map/umap-worker.ts',
} as const;
type EngineBundle = keyof typeof BESIDE;

/** The bundled command, with a working folder of its own. The bundle may be other test files' too. */
export class Cli {
  private constructor(
    /** The folder of the bundles, and what removes it where it is this file's own. */
    private readonly bundles: Awaited<ReturnType<typeof sharedBundle>>,
    /** Current folder of the commands. */
    readonly cwd: string,
  ) {}

  /** The bundle. */
  get program(): string {
    return join(this.bundles.folder, 'vae.cjs');
  }

  /** @param beside further bundles, beside the command's @param plugins change its sources */
  static async build(beside: readonly EngineBundle[] = [], plugins: Plugin[] = []): Promise<Cli> {
    const changes = plugins.map(({ name }) => name);
    const name = ['vae', ...beside, ...changes].join('-').replaceAll(/[^\w-]/gu, '-');
    const entryPoints = Object.fromEntries(beside.map((each) => [each, BESIDE[each]]));
    const shared = await sharedBundle(name, async (outdir) => {
      await copyEngineAssets(outdir);
      // The same wherever the binding was built before: set-up has to build it.
      await rm(shippedSources(outdir).prebuilt, { recursive: true, force: true });
      await build({
        ...bundles.engine,
        entryPoints: { vae: 'src/cli/main.ts', [SERVED]: 'test/cli/served.ts', ...entryPoints },
        outdir,
        plugins: [...(bundles.engine?.plugins ?? []), ...plugins],
        metafile: false,
      });
      await build({ ...bundles.page, outdir });
    });
    // The real path: macOS' temporary folder is a link.
    const cwd = await mkdtemp(join(tmpdir(), 'vae-cli-'));
    return new Cli(shared, cwd);
  }

  async dispose(): Promise<void> {
    if (this.bundles.isOwn) CommandServer.of(this.bundles.folder).stop();
    await this.bundles.dispose();
    await rm(this.cwd, { recursive: true, force: true });
  }

  start(args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(process.execPath, [this.program, ...args], {
      cwd: this.cwd,
      env: this.environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer | string) => (said = (said + text.toString()).slice(-2000)));
    const forget = addWitness({
      // Whether it moves is seen by the processor time that it takes.
      moved: () => Promise.resolve(null),
      describe: () => Promise.resolve(`vae ${args.join(' ')} said: ${said || 'nothing'}`),
      release: () => Promise.resolve(void child.kill('SIGKILL')),
    });
    child.once('close', forget);
    child.once('error', forget);
    return child;
  }

  /**
   * Runs a command to its end: in a process that runs many, unless it is to have options of its own, needs streams of its own, or has to
   * run beside another one. What a process does (signals, exits, streams) is tested by `start`.
   */
  run(args: readonly string[], options?: SpawnOptions): Promise<Ended> {
    const server = CommandServer.of(this.bundles.folder);
    const needsStreams = args[0] === 'mcp' || args.includes('--supervise');
    if (options || needsStreams || server.isBusy) return ended(this.start(args, options));
    return server.run({ args, cwd: this.cwd, env: this.environment() });
  }

  /** Runs a script of a shell in which `vae` is the command. */
  shell(script: string, shell = 'sh', options: SpawnOptions = {}): ChildProcess {
    const start = {
      cwd: this.cwd,
      env: { ...this.environment(), VAE: `${process.execPath} ${this.program}` },
    };
    return spawn(shell, ['-c', script], { ...start, stdio: ['pipe', 'pipe', 'pipe'], ...options });
  }

  /** The user's environment, with endpoints kept away from the user's own. */
  private environment(): Record<string, string> {
    return { ...(process.env as Record<string, string>), XDG_STATE_HOME: join(this.cwd, 'state') };
  }

  path(...parts: string[]): string {
    return join(this.cwd, ...parts);
  }
}

export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Trains `run` for a moment on the folder `images`: 8 hidden units and 3 latent dimensions. */
export async function trainBriefly(cli: Cli, run: string, ...more: readonly string[]): Promise<void> {
  const { stderr, code } = await cli.run([
    ...['train', '--data', 'images', '--preset', 'fast', '--engine', 'onnx', '--samples', '600'],
    ...['--set', 'hidden=8', '--set', 'latent=3', '--run', run, ...more],
  ]);
  if (code !== 0 || stderr !== '') throw new Error(`exit code ${code}: ${stderr}`);
}

/** The objects of `--json` output. */
export function objects(text: string): Record<string, unknown>[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A folder of `count` grey PNG files `0.png`, `1.png`, ...: a bright square somewhere on noise. */
export async function writeImages(
  folder: string,
  count: number,
  width = 8,
  height = width,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const files = Array.from({ length: count }, (_, i) => join(folder, `${i}.png`));
  await Promise.all(files.map((file, i) => writeFile(file, encodePng(squareImage(i, width, height)))));
  return files;
}

function squareImage(index: number, width: number, height: number) {
  const random = new RandomStream(1, 'digits').uniforms(index, width * height + 2);
  const bytes = Uint8Array.from(random.subarray(2), (value) => Math.floor(value * 40));
  const left = Math.floor(random[0]! * (width - 3));
  const top = Math.floor(random[1]! * (height - 3));
  for (let y = top; y < top + 3; y++) bytes.fill(230, y * width + left, y * width + left + 3);
  return { width, height, channels: 1 as const, bytes };
}
