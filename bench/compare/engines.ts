import type { EngineChoice } from '../../src/engine/choose';
import type { Executor } from '../../src/engine/tensorflow/executor';
import { WORKLOADS } from './workloads';

/** XLA compiles only the training loop of models without convolutions. */
const SAME = 'it is the row above';

/** Our engines, by the name under which the benchmark knows them; `eager` is the reference that the product never runs. */
export const ENGINES: Readonly<
  Record<
    string,
    {
      title: string;
      choice: EngineChoice | 'eager';
      executor?: Executor;
      /** See `Contender`. */
      leavesOut?: Readonly<Record<string, string>>;
    }
  >
> = {
  tensorflow: { title: 'Latent Explorer, compiled for TensorFlow', choice: 'tensorflow' },
  'tensorflow-graph': {
    title: "Latent Explorer, TensorFlow's graph executor",
    ...{ choice: 'tensorflow', executor: 'graph' },
    leavesOut: Object.fromEntries(
      WORKLOADS.filter(({ name }) => name !== 'mlp-step').map(({ name }) => [name, SAME]),
    ),
  },
  onnx: { title: 'Latent Explorer, compiled for ONNX Runtime', choice: 'onnx' },
  wasm: { title: 'Latent Explorer, compiled for ONNX Runtime in WebAssembly', choice: 'wasm' },
  jax: { title: 'Latent Explorer, interpreted by JAX', choice: 'jax' },
  eager: { title: 'Latent Explorer, eager on tfjs-node', choice: 'eager' },
};
