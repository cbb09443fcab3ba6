import { join } from 'node:path';

/** TensorFlow's numbers of element types (tensorflow/core/framework/types.proto). */
export const DataType = { float: 1, int32: 3, uint8: 4, bool: 10, resource: 20, uint64: 23 } as const;

export type TensorValues = Float32Array | Int32Array | Uint8Array;

/** What we use of tfjs-node's native binding; tensors and models are numbers that it hands out. */
export interface Binding {
  /** Copies the values. */
  createTensor(shape: readonly number[], dataType: number, values: TensorValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): TensorValues;
  loadSavedModel(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
  /** Names are given as one list with commas. Blocks until the result is there. */
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNames: string,
    outputNames: string,
  ): { readonly id: number; readonly shape: readonly number[] }[];
}

/** Settings that TensorFlow reads once, when its library is loaded. */
function setEnvironment(threads: number): void {
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  // Independent operations, such as the updates of two weights, side by side: a step is a quarter shorter with two cores.
  process.env['TF_NUM_INTEROP_THREADS'] = String(threads);
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

let loaded: Binding | null = null;

/**
 * Opens the binding, once per process; the thread count is that of the first call.
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
