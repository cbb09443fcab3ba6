import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Compiles a codec's WebAssembly file: the copy beside the bundle, or the package's own file when the sources run unbundled.
 * @param path the file inside its package, such as `@jsquash/png/codec/pkg/squoosh_png_bg.wasm`
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
