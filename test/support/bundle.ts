import { build } from 'esbuild';
import { engineProgram } from '../../esbuild.mjs';

/** Bundles a program, which may import the project's sources, as the engine is bundled. */
export async function bundleLikeEngine(program: string, outfile: string): Promise<void> {
  await build({
    ...engineProgram,
    stdin: { contents: program, resolveDir: process.cwd(), loader: 'ts' },
    outfile,
  });
}
