import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundles, engineAssets } from '../../../esbuild.mjs';
import { temporaryFolder } from '../fixtures';

/** The bundle of the threads that decode, with its decoders, as the product has it. @returns its path */
export async function threadBundle(): Promise<string> {
  const folder = await temporaryFolder();
  const entryPoints = { pictures: 'src/data/decoding/thread.ts' };
  await build({ ...bundles.engine, entryPoints, outdir: folder });
  for (const file of engineAssets) await copyFile(file, join(folder, basename(file)));
  return join(folder, 'pictures.cjs');
}
