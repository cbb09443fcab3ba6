import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The files of ONNX Runtime's WebAssembly build. */
export interface WasmFiles {
  readonly module: Uint8Array;
  /** URL of the script that starts it and its threads. */
  readonly script: string;
}

/** The build with vector instructions and threads; the package has others, for graphics cards. */
const NAME = 'ort-wasm-simd-threaded';

/** Reads the files; null if they are missing. */
export async function readWasmFiles(): Promise<WasmFiles | null> {
  const folder = wasmRuntimeFolder();
  if (folder === null) return null;
  return {
    module: await readFile(join(folder, `${NAME}.wasm`)),
    script: pathToFileURL(join(folder, `${NAME}.mjs`)).href,
  };
}

/** Returns the folder of the files: next to the bundle, or in the package when run from sources. Null if they are missing. */
export function wasmRuntimeFolder(): string | null {
  const candidates = [
    join(dirname(fileURLToPath(import.meta.url)), 'onnxruntime', 'wasm'),
    ...packageFolders(),
  ];
  const isThere = (folder: string): boolean =>
    ['wasm', 'mjs'].every((extension) => existsSync(join(folder, `${NAME}.${extension}`)));
  return candidates.find(isThere) ?? null;
}

function packageFolders(): string[] {
  try {
    return [dirname(createRequire(import.meta.url).resolve(`onnxruntime-web/${NAME}.wasm`))];
  } catch {
    return [];
  }
}

/** Returns a URL from which a script of ours can be imported as a module. */
export const moduleUrl = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
