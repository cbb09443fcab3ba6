import type { Engine, EngineDescription } from '../engine';
import { instructionSet } from '../processor';
import { requireFloat32 } from '../precision';
import { fileEngine } from './opened/file-engine';
import { ONNX_RUNTIME_VERSION, nativeRuntime } from './native-runtime';
import type { OnnxRuntime } from './runtime';
import { OnnxEngineSession } from './session';

/** Opens ONNX Runtime, with models compiled to its format. @throws OnnxRuntimeError if its library does not load */
export function onnxEngine(threads: number): Promise<Engine> {
  return new Promise((resolve) =>
    resolve(
      engineOn(nativeRuntime(threads), {
        name: 'onnx',
        build: `ONNX Runtime ${ONNX_RUNTIME_VERSION}, compiled`,
        threads,
        instructionSet: instructionSet(),
      }),
    ),
  );
}

/**
 * Opens ONNX Runtime on WebGPU, with the same models. What it computes differs from the processor's results in the last digits.
 * @param device name of the adapter, which the library chooses @throws OnnxRuntimeError if there is none, or its driver fails
 */
export function webgpuEngine(threads: number, device: string): Promise<Engine> {
  return new Promise((resolve) =>
    resolve(
      engineOn(nativeRuntime(threads, 'webgpu'), {
        name: 'onnx',
        build: `ONNX Runtime ${ONNX_RUNTIME_VERSION} on WebGPU, compiled`,
        threads,
        instructionSet: instructionSet(),
        device,
      }),
    ),
  );
}

const NO_BFLOAT16 = 'ONNX Runtime does not multiply such numbers';

/** Returns the engine that runs the compiled models on this runtime. */
export function engineOn(runtime: OnnxRuntime, description: EngineDescription): Engine {
  return {
    description,
    noBfloat16: NO_BFLOAT16,
    open(model, training, images) {
      requireFloat32(training, NO_BFLOAT16);
      return Promise.resolve(new OnnxEngineSession(model, training, images, runtime));
    },
    files: fileEngine(runtime),
  };
}
