import { copyFile, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { bundles, engineAssets, engineProgram } from '../../../esbuild.mjs';
import { sharedBundle } from '../../support/shared-bundle.mjs';
import { temporaryFolder } from '../../datasets/fixtures';

async function buildThreads(folder: string): Promise<void> {
  const entryPoints = {
    pictures: 'src/images/decoding/decode-worker.ts',
    parquet: 'src/datasets/parquet/parquet-worker.ts',
  };
  await build({ ...bundles.engine, entryPoints, outdir: folder });
  for (const file of engineAssets) await copyFile(file, join(folder, basename(file)));
}

const pictures = (folder: string): string => join(folder, 'pictures.cjs');

/** The bundles of the threads that decode, with their decoders, as the product has them. @returns the path of the pictures' */
export async function threadBundle(): Promise<string> {
  return pictures((await sharedBundle('threads', buildThreads)).folder);
}

/** The same, of this test alone, which may change it. */
export async function ownThreadBundle(): Promise<string> {
  const folder = await temporaryFolder();
  await buildThreads(folder);
  return pictures(folder);
}

/** A file of the sources, and what stands in it in place of something else. */
export type Change = readonly [file: string, from: string, to: string];

const changed = (changes: readonly Change[]): Plugin => ({
  name: 'changes',
  setup(build) {
    for (const [file, from, to] of changes)
      build.onLoad({ filter: new RegExp(`[\\\\/]${file}$`) }, async ({ path }) => {
        const text = await readFile(path, 'utf8');
        if (!text.includes(from)) throw new Error(`${path} has no '${from}'`);
        return { contents: text.replace(from, to), loader: 'ts' };
      });
  },
});

/**
 * Bundles a program, which may import the project's sources, beside the bundles of the threads.
 * @param changes of the sources of the program @returns its path
 */
export async function programWithThreads(
  name: string,
  contents: string,
  changes: readonly Change[] = [],
): Promise<string> {
  const { folder } = await sharedBundle(`threads-${name}`, async (outdir) => {
    await buildThreads(outdir);
    const stdin = { contents, resolveDir: process.cwd(), loader: 'ts', sourcefile: `${name}.ts` } as const;
    const plugins = [...(engineProgram.plugins ?? []), changed(changes)];
    await build({ ...engineProgram, stdin, outfile: join(outdir, `${name}.cjs`), plugins });
  });
  return join(folder, `${name}.cjs`);
}
