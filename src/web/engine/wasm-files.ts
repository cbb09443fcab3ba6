/** Stands in for `src/engine/onnx/wasm-files.ts` in a browser. */
import type { WasmFiles } from '../../engine/onnx/wasm-files';
import { ASSETS_FOLDER } from '../files/mounted-files';
import { currentFiles } from '../node/current-files';

const NAME = 'ort-wasm-simd-threaded';

export async function readWasmFiles(): Promise<WasmFiles | null> {
  const read = (extension: string): Promise<Uint8Array> =>
    currentFiles().read(`${ASSETS_FOLDER}/${NAME}.${extension}`);
  const [module, script] = await Promise.all([read('wasm'), read('mjs')]);
  return { module, script: moduleUrl(new TextDecoder().decode(script)) };
}

/** Returns a URL from which a script of ours can be imported as a module; the policies of browsers allow those of `blob:`. */
export const moduleUrl = (source: string): string =>
  URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
