import type { Engine } from '../engine';
import { instructionSet } from '../processor';
import { ONNX_RUNTIME_VERSION, loadOnnxRuntime } from './runtime';
import { OnnxEngineSession } from './session';

/** ONNX Runtime, with the model compiled to its format. @throws OnnxRuntimeError where its library does not load */
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
