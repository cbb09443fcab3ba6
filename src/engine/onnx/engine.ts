import type { Engine, EngineDescription } from '../engine';
import { instructionSet } from '../processor';
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

/** Returns the engine that runs the compiled models on this runtime. */
export function engineOn(runtime: OnnxRuntime, description: EngineDescription): Engine {
  return {
    description,
    open: (model, training, images) =>
      Promise.resolve(new OnnxEngineSession(model, training, images, runtime)),
    files: fileEngine(runtime),
  };
}
