import { nativeRuntime, onnxRuntimeFolder } from '../../src/engine/onnx/native-runtime';
import type { OnnxRuntime } from '../../src/engine/onnx/runtime';
import { wasmRuntime } from '../../src/engine/onnx/wasm-runtime';

/** Both builds of ONNX Runtime, for `describe.each`, on this many threads at most; one that is missing is skipped visibly. */
export const onnxRuntimes = (
  threads: number,
): readonly { name: string; present: boolean; load: () => Promise<OnnxRuntime> }[] => [
  {
    name: 'native',
    present: onnxRuntimeFolder() !== null,
    load: () => Promise.resolve(nativeRuntime(threads)),
  },
  { name: 'wasm', present: true, load: () => wasmRuntime(threads) },
];
