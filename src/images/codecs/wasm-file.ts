import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Compiles a codec's WebAssembly file: the copy next to the bundle, or the package's file when running unbundled sources.
 * @param path file inside its package, like `@jsquash/png/codec/pkg/squoosh_png_bg.wasm`
 * @throws Error if the file is in neither place
 */
export async function compileWasm(path: string): Promise<WebAssembly.Module> {
  const beside = fileURLToPath(new URL(basename(path), import.meta.url));
  const bytes = await readFile(beside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return readFile(inPackage(path, beside));
  });
  return WebAssembly.compile(bytes);
}

function inPackage(path: string, beside: string): string {
  try {
    return createRequire(import.meta.url).resolve(path);
  } catch {
    throw new Error(`image decoder missing: expected the file ${beside}; install Latent Explorer again`);
  }
}
