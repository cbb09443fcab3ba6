import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withMemoryLimit } from './wasm-memory';

/**
 * Reads a binary file of a package: the copy next to the bundle, or the package's file when running unbundled sources.
 * @param path file inside its package, like `@jsquash/png/codec/pkg/squoosh_png_bg.wasm`
 * @throws Error if the file is in neither place
 */
export async function readAsset(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const beside = fileURLToPath(new URL(basename(path), import.meta.url));
  return readFile(beside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return readFile(inPackage(path, beside));
  });
}

/** Compiles a WebAssembly file of a package. @param memoryLimit see `withMemoryLimit` @throws as `readAsset` */
export async function compileWasm(path: string, memoryLimit?: number): Promise<WebAssembly.Module> {
  const bytes = await readAsset(path);
  return WebAssembly.compile(memoryLimit === undefined ? bytes : withMemoryLimit(bytes, memoryLimit));
}

function inPackage(path: string, beside: string): string {
  try {
    return createRequire(import.meta.url).resolve(path);
  } catch {
    throw new Error(`a file of Latent Explorer is missing: expected ${beside}; install it again`);
  }
}
