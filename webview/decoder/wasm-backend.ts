import { env, registerBackend, registerKernel, setBackend } from '@tensorflow/tfjs-core';
import type { KernelConfig } from '@tensorflow/tfjs-core';
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm/dist/backend_wasm';
import { absConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Abs';
import { addConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Add';
import { batchMatMulConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/BatchMatMul';
import { conv2DBackpropInputConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Conv2DBackpropInput';
import { erfConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Erf';
import { expConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Exp';
import { multiplyConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Multiply';
import { negConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Neg';
import { reciprocalConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Reciprocal';
import { reluConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Relu';
import { reshapeConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Reshape';
import { sigmoidConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Sigmoid';
import { sliceConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Slice';
import { squareConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Square';
import { stepConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Step';
import { subConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Sub';
import { tanhConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Tanh';
import { transposeConfig } from '@tensorflow/tfjs-backend-wasm/dist/kernels/Transpose';
import wasmModule from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm';
import type { BackendWasmModule } from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm';

/** What the decoders and the means of all likelihoods use; all kernels would triple the script. */
const KERNELS: readonly KernelConfig[] = [
  ...[absConfig, addConfig, batchMatMulConfig, conv2DBackpropInputConfig, erfConfig, expConfig],
  ...[multiplyConfig, negConfig, reciprocalConfig, reluConfig, reshapeConfig, sigmoidConfig],
  ...[sliceConfig, squareConfig, stepConfig, subConfig, tanhConfig, transposeConfig],
];

/** What Emscripten adds to a module; its types are not those of the package. */
interface EmscriptenFunctions {
  readonly cwrap: <F>(name: string, returns: 'number' | null, takes: readonly 'number'[]) => F;
}
type Instantiated = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

/**
 * Compiles the backend and makes it that of tfjs. Its threads are not used: they need SharedArrayBuffer, which a webview lacks.
 * tfjs' own start takes an address, which it fetches in a way that never settles if the page's policy refuses WebAssembly.
 * @param binary tfjs-backend-wasm-simd.wasm
 * @throws Error where WebAssembly or its SIMD instructions are missing or refused
 */
export async function startWasmBackend(binary: BufferSource): Promise<void> {
  if ((await env().getAsync('WASM_HAS_SIMD_SUPPORT')) !== true)
    throw new Error('this browser has no WebAssembly with SIMD instructions');
  const wasm = await compiled(binary);
  for (const kernel of KERNELS) registerKernel({ ...kernel, backendName: 'wasm' });
  registerBackend('wasm', () => new BackendWasm(wasm));
  if (!(await setBackend('wasm'))) throw new Error('the WebAssembly backend did not start');
}

async function compiled(binary: BufferSource): Promise<BackendWasmModule> {
  // In an object: a promise must not resolve to the module, which has had a `then` of its own.
  const { wasm } = await new Promise<{ wasm: BackendWasmModule }>((resolve, reject) => {
    const instantiateWasm = (imports: WebAssembly.Imports, instantiated: Instantiated): object => {
      WebAssembly.instantiate(binary, imports).then(
        ({ instance, module }) => instantiated(instance, module),
        reject,
      );
      return {};
    };
    const onAbort = (reason: string): void => reject(new Error(`the WebAssembly backend ended: ${reason}`));
    wasmModule({ instantiateWasm, onAbort }).then((module) => resolve({ wasm: module }), reject);
  });
  const { cwrap } = wasm as unknown as EmscriptenFunctions;
  wasm.tfjs = {
    init: cwrap('init', null, []),
    initWithThreadsCount: cwrap('init_with_threads_count', null, ['number']),
    getThreadsCount: cwrap('get_threads_count', 'number', []),
    registerTensor: cwrap('register_tensor', null, ['number', 'number', 'number']),
    disposeData: cwrap('dispose_data', null, ['number']),
    dispose: cwrap('dispose', null, []),
  };
  return wasm;
}
