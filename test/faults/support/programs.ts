import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { ended } from '../../cli/support';
import type { Ended } from '../../cli/support';

export interface Disturbance {
  readonly seed?: number;
  readonly delayMs?: number;
  readonly killAt?: number;
  readonly noLinks?: boolean;
  readonly fullAt?: number;
  readonly brokenAt?: number;
  readonly count?: string;
}

/** Small programs on the product's own code, run as processes whose file operations are disturbed. */
export class Programs {
  private constructor(readonly folder: string) {}

  /** @param sources of the programs, by name; `@/` stands for src/ */
  static async build(sources: Readonly<Record<string, string>>): Promise<Programs> {
    const folder = await mkdtemp(join(tmpdir(), 'vae-faults-'));
    const entryPoints: Record<string, string> = {};
    for (const [name, text] of Object.entries(sources)) {
      entryPoints[name] = join(folder, `${name}.ts`);
      await writeFile(entryPoints[name], text);
    }
    await build({
      ...{ entryPoints, outdir: folder, bundle: true, platform: 'node', format: 'cjs' },
      ...{ outExtension: { '.js': '.cjs' }, logLevel: 'warning', alias: { '@': resolve('src') } },
      nodePaths: [resolve('node_modules')],
      // Files that lie beside the product's bundles are looked for from there.
      define: { 'import.meta.url': '__programUrl' },
      banner: { js: `const __programUrl = require('node:url').pathToFileURL(__filename).href;` },
    });
    return new Programs(folder);
  }

  start(name: string, args: readonly string[], disturbance: Disturbance = {}): ChildProcess {
    const program = join(this.folder, `${name}.cjs`);
    return spawn(process.execPath, ['--require', resolve(__dirname, 'disturb.cjs'), program, ...args], {
      env: { ...process.env, VAE_TEST_DISTURB: JSON.stringify(disturbance) },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  run(name: string, args: readonly string[], disturbance: Disturbance = {}): Promise<Ended> {
    return ended(this.start(name, args, disturbance));
  }

  dispose(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** Lets processes that wait for a line on their standard input go at the same moment; the last one has it closed when it is alone. */
export async function atOnce(children: readonly ChildProcess[]): Promise<Ended[]> {
  const all = children.map(ended);
  await Promise.all(
    children.map((child) => new Promise<void>((ready) => child.stdout!.once('data', () => ready()))),
  );
  for (const child of children) child.stdin!.write('go\n');
  let living = children.length;
  for (const child of all)
    void child.then(() => {
      if (--living === 1) for (const { stdin } of children) stdin!.end();
    });
  return Promise.all(all);
}
