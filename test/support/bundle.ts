import { build } from 'esbuild';
import { bundles } from '../../esbuild.mjs';

/** Bundles a program, which may import the project's sources, as the engine is bundled. */
export async function bundleLikeEngine(program: string, outfile: string): Promise<void> {
  await build({
    ...bundles.engine,
    entryPoints: undefined,
    stdin: { contents: program, resolveDir: process.cwd(), loader: 'ts' },
    outdir: undefined,
    outExtension: undefined,
    outfile,
  });
}
