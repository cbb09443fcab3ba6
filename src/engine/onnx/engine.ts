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

const NO_BFLOAT16 = 'ONNX Runtime does not multiply such numbers on processors';

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
