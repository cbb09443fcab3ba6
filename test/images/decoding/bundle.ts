import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
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

/** Bundles a program, which may import the project's sources, beside the bundles of the threads. @returns its path */
export async function programWithThreads(name: string, contents: string): Promise<string> {
  const { folder } = await sharedBundle(`threads-${name}`, async (outdir) => {
    await buildThreads(outdir);
    const stdin = { contents, resolveDir: process.cwd(), loader: 'ts', sourcefile: `${name}.ts` } as const;
    await build({ ...engineProgram, stdin, outfile: join(outdir, `${name}.cjs`) });
  });
  return join(folder, `${name}.cjs`);
}
