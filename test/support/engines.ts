import { setBackend } from '@tensorflow/tfjs-core';
import { EAGER_NO_BFLOAT16, EagerSession } from '../../src/engine/eager';
import type { Engine } from '../../src/engine/engine';
import { coreCount } from '../../src/engine/processor';
import { jaxEngine } from '../../src/engine/jax/engine';
import { onnxEngine, webgpuEngine } from '../../src/engine/onnx/engine';
import { eagerTensorflowEngine } from '../../src/engine/tensorflow/eager';
import { tensorflowEngine } from '../../src/engine/tensorflow/engine';
import { onnxRuntimeFolder } from '../../src/engine/onnx/native-runtime';
import { wasmEngine } from '../../src/engine/onnx/wasm-engine';
import { once } from './once';
import { softwareVulkan, useSoftwareVulkan } from './software-vulkan';
import { isNativePresent, jaxPython, nativeFolder } from '../../src/setup/locations.mjs';

/** The slow reference: tfjs' own JavaScript backend. */
export async function cpuEngine(): Promise<Engine> {
  await import('@tensorflow/tfjs-backend-cpu');
  await setBackend('cpu');
  return {
    description: { name: 'cpu', build: 'tfjs-backend-cpu', threads: 1, instructionSet: 'none' },
    noBfloat16: EAGER_NO_BFLOAT16,
    open: (model, training, images) => Promise.resolve(new EagerSession(model, training, images)),
  };
}

/** One process for all tests of a file: it takes seconds to start. */
const oneJax = once(() => jaxEngine(jaxPython()!, Math.min(2, coreCount())));

/** Every engine, for `describe.each`; one that is not installed is skipped visibly. */
export const engines: readonly { name: string; present: boolean; open: () => Promise<Engine> }[] = [
  { name: 'cpu', present: true, open: cpuEngine },
  { name: 'onnx', present: onnxRuntimeFolder() !== null, open: () => onnxEngine(Math.min(2, coreCount())) },
  {
    name: 'onnx, WebGPU',
    present: onnxRuntimeFolder() !== null && softwareVulkan !== null,
    open: () => webgpuEngine(Math.min(2, coreCount()), useSoftwareVulkan()),
  },
  { name: 'wasm', present: true, open: () => wasmEngine(Math.min(2, coreCount())) },
  {
    name: 'tensorflow, eager',
    present: isNativePresent(),
    open: () => eagerTensorflowEngine(nativeFolder()!, Math.min(2, coreCount())),
  },
  {
    name: 'tensorflow, graph executor',
    present: isNativePresent(),
    open: () => tensorflowEngine(nativeFolder()!, Math.min(2, coreCount()), 'graph'),
  },
  {
    name: 'tensorflow, XLA',
    present: isNativePresent(),
    open: () => tensorflowEngine(nativeFolder()!, Math.min(2, coreCount()), 'xla'),
  },
  { name: 'jax', present: jaxPython() !== null, open: oneJax },
];

/** For tests that compute full-size models or many draws: software in the place of a graphics card takes seconds for each of these. */
export const enginesButWebgpu = engines.filter(({ name }) => name !== 'onnx, WebGPU');
