import { join } from 'node:path';

/** TensorFlow's numbers for element types (tensorflow/core/framework/types.proto). */
export const DataType = { float: 1, int32: 3, uint8: 4, bool: 10, resource: 20, uint64: 23 } as const;

export type TensorValues = Float32Array | Int32Array | Uint8Array;

/** The part of tfjs-node's native binding that we use. It identifies tensors and models by number. */
export interface Binding {
  /** Creates a tensor with a copy of the values. */
  createTensor(shape: readonly number[], dataType: number, values: TensorValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): TensorValues;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Runs a model and blocks until the result is ready. Names are comma-separated lists. */
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): { readonly id: number; readonly shape: readonly number[] }[];
}

/** Sets the environment variables that TensorFlow reads once, when its library loads. */
function setEnvironment(threads: number): void {
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  // Runs independent operations, e.g. the updates of two weights, in parallel: a step is a quarter shorter on two cores.
  process.env['TF_NUM_INTEROP_THREADS'] = String(threads);
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

let loaded: Binding | null = null;

/**
 * Loads the binding, once per process; the first call sets the thread count.
 * @param nativeFolder holds tfjs_binding.node and the TensorFlow libraries
 */
export function loadBinding(nativeFolder: string, threads: number): Binding {
  if (!loaded) {
    setEnvironment(threads);
    const module: { exports: unknown } = { exports: {} };
    process.dlopen(module, join(nativeFolder, 'tfjs_binding.node'));
    loaded = module.exports as Binding;
  }
  return loaded;
}
