import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { bundles, engineAssets } from '../../../esbuild.mjs';
import { temporaryFolder } from '../../datasets/fixtures';

/** The bundles of the threads that decode, with their decoders, as the product has them. @returns the path of the pictures' */
export async function threadBundle(): Promise<string> {
  const folder = await temporaryFolder();
  const entryPoints = {
    pictures: 'src/images/decoding/decode-worker.ts',
    parquet: 'src/datasets/parquet/parquet-worker.ts',
  };
  await build({ ...bundles.engine, entryPoints, outdir: folder });
  for (const file of engineAssets) await copyFile(file, join(folder, basename(file)));
  return join(folder, 'pictures.cjs');
}
