import type { Precision } from '../vae/config';
import type { EngineChoice } from './choose';
import type { Adapter } from './device';
import type { Executor } from './tensorflow/executor';

/** What can train a model: an engine, what runs TensorFlow's training loop, and a number of threads. */
export interface EngineProgram {
  readonly engine: 'tensorflow' | 'onnx' | 'wasm' | 'jax';
  /** Null but for TensorFlow. */
  readonly executor: Executor | null;
  readonly threads: number;
  /** Of WebGPU, or for TensorFlow of CUDA; absent for the processor, or for what JAX finds. */
  readonly adapter?: Adapter;
}

export interface Available {
  readonly choice: EngineChoice;
  /** The version of TensorFlow that is set up has a fast XLA; null if none is set up. */
  readonly hasFastXla: boolean | null;
  readonly isConvolutional: boolean;
  /** Of the products of the training steps. */
  readonly precision: Precision;
  /** The graphics card that WebGPU may be chosen on; null if there is none. */
  readonly adapter: Adapter | null;
  /** The one that TensorFlow may be chosen on, if it is set up for one. */
  readonly cuda?: Adapter | null;
}

/** Returns the programs that a choice allows on this machine, with the same number of threads; the one expected to be fastest first. */
export function programsFor(
  { choice, hasFastXla, isConvolutional, precision, adapter, cuda = null }: Available,
  threads: number,
): readonly EngineProgram[] {
  if (choice === 'wasm' || choice === 'jax') return [{ engine: choice, executor: null, threads }];
  const executors: readonly Executor[] = hasFastXla && !isConvolutional ? ['xla', 'graph'] : ['graph'];
  const tensorflow = executors.map((executor) => ({ engine: 'tensorflow', executor, threads }) as const);
  const onnx = { engine: 'onnx', executor: null, threads } as const;
  const onCuda = { engine: 'tensorflow', executor: 'graph', threads } as const;
  return [
    ...(choice !== 'onnx' && hasFastXla !== null ? tensorflow : []),
    // ONNX Runtime trains in single precision alone; who asks for it is told so.
    ...(choice === 'onnx' || (choice === 'auto' && precision === 'float32') ? [onnx] : []),
    ...(adapter !== null && choice !== 'tensorflow' && precision === 'float32' ? [{ ...onnx, adapter }] : []),
    ...(cuda !== null && choice !== 'onnx' && precision === 'float32' ? [{ ...onCuda, adapter: cuda }] : []),
  ];
}

/** Returns smaller numbers of threads worth a trial: half of the cores may be all there really are, and small models need one. */
export function fewerThreads(most: number): readonly number[] {
  return [...new Set([Math.ceil(most / 2), 1])].filter((count) => count < most);
}

/** Describes a program in one line, e.g. `tensorflow, xla, 2 threads`, or `onnx, NVIDIA H200, 2 threads`. */
export function programText({ engine, executor, threads, adapter }: EngineProgram): string {
  const loop = adapter?.name ?? executor;
  const parts = [engine, ...(loop ? [loop] : []), `${threads} thread${threads === 1 ? '' : 's'}`];
  return parts.join(', ');
}
