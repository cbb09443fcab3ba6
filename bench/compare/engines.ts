import type { EngineChoice } from '../../src/engine/choose';
import type { Precision } from '../../src/vae/config';
import type { Executor } from '../../src/engine/tensorflow/executor';
import { WORKLOADS } from './workloads';

/** Returns what a contender leaves out that only trains. */
export const onlyTraining = (reason: string): Readonly<Record<string, string>> =>
  Object.fromEntries(WORKLOADS.filter(({ task }) => task !== 'train').map(({ name }) => [name, reason]));

/** Rows of bfloat16 are of training: everything else is computed in single precision. */
const TRAINS_ONLY = onlyTraining('it is the row in float32');

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
      /** Of the products of training steps; default: float32. */
      precision?: Precision;
      /** See `Contender`. */
      leavesOut?: Readonly<Record<string, string>>;
    }
  >
> = {
  tensorflow: {
    title: 'Latent Explorer, compiled for TensorFlow',
    ...{ choice: 'tensorflow', executor: 'xla' },
  },
  'tensorflow-graph': {
    title: "Latent Explorer, TensorFlow's graph executor",
    ...{ choice: 'tensorflow', executor: 'graph' },
    leavesOut: Object.fromEntries(
      WORKLOADS.filter(({ name }) => name !== 'mlp-step').map(({ name }) => [name, SAME]),
    ),
  },
  'tensorflow-bfloat16': {
    title: 'Latent Explorer, compiled for TensorFlow, bfloat16',
    ...{ choice: 'tensorflow', executor: 'xla', precision: 'bfloat16', leavesOut: TRAINS_ONLY },
  },
  'tensorflow-graph-bfloat16': {
    title: "Latent Explorer, TensorFlow's graph executor, bfloat16",
    ...{ choice: 'tensorflow', executor: 'graph', precision: 'bfloat16' },
    leavesOut: { ...TRAINS_ONLY, 'conv-step': SAME },
  },
  onnx: { title: 'Latent Explorer, compiled for ONNX Runtime', choice: 'onnx' },
  wasm: { title: 'Latent Explorer, compiled for ONNX Runtime in WebAssembly', choice: 'wasm' },
  jax: { title: 'Latent Explorer, interpreted by JAX', choice: 'jax' },
  'jax-bfloat16': {
    title: 'Latent Explorer, interpreted by JAX, bfloat16',
    ...{ choice: 'jax', precision: 'bfloat16', leavesOut: TRAINS_ONLY },
  },
  eager: { title: 'Latent Explorer, eager on tfjs-node', choice: 'eager' },
};
