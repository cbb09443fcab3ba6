import type { EngineChoice } from '../../src/engine/choose';

/** Our engines, by the name under which the benchmark knows them; `eager` is the reference that the product never runs. */
export const ENGINES: Readonly<Record<string, { title: string; choice: EngineChoice | 'eager' }>> = {
  tensorflow: { title: 'Latent Explorer, compiled for TensorFlow', choice: 'tensorflow' },
  onnx: { title: 'Latent Explorer, compiled for ONNX Runtime', choice: 'onnx' },
  wasm: { title: 'Latent Explorer, compiled for ONNX Runtime in WebAssembly', choice: 'wasm' },
  eager: { title: 'Latent Explorer, eager on tfjs-node', choice: 'eager' },
};
