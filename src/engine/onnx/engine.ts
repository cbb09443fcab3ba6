import type { Engine } from '../engine';
import { instructionSet } from '../processor';
import { ONNX_RUNTIME_VERSION, loadOnnxRuntime } from './runtime';
import { OnnxEngineSession } from './session';

/** Opens ONNX Runtime, with models compiled to its format. @throws OnnxRuntimeError if its library does not load */
export function onnxEngine(threads: number): Promise<Engine> {
  loadOnnxRuntime();
  return Promise.resolve({
    description: {
      name: 'onnx',
      build: `ONNX Runtime ${ONNX_RUNTIME_VERSION}, compiled`,
      threads,
      instructionSet: instructionSet(),
    },
    open: (model, training, images) =>
      Promise.resolve(new OnnxEngineSession(model, training, images, threads)),
  });
}
