import { join } from 'node:path';

/** TensorFlow's numbers for element types (tensorflow/core/framework/types.proto). */
export const DataType = {
  ...{ float: 1, int32: 3, uint8: 4, bool: 10, bfloat16: 14, resource: 20, uint64: 23 },
} as const;

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

/**
 * Sets the environment variables that TensorFlow reads once, when its library loads.
 * @param variables further ones, which go before those that are set
 */
function setEnvironment(threads: number, variables: Readonly<Record<string, string>>): void {
  Object.assign(process.env, variables);
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  // Runs independent operations, e.g. the updates of two weights, in parallel: a step is a quarter shorter on two cores.
  process.env['TF_NUM_INTEROP_THREADS'] = String(threads);
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
}

/** A library compiled with the binding (src/setup/loader). */
interface Loader {
  /** Calls the function and returns what was written to standard error meanwhile. */
  captured(load: () => void): string;
}

function open(file: string): unknown {
  const module: { exports: unknown } = { exports: {} };
  process.dlopen(module, file);
  return module.exports;
}

/** Opens the loader; null if there is none: that of tfjs-node's own installer is linked with an older library, which is silent. */
function openLoader(nativeFolder: string): Loader | null {
  try {
    return open(join(nativeFolder, 'captured_stderr.node')) as Loader;
  } catch {
    return null;
  }
}

/**
 * Opens the binding. TensorFlow's library announces its settings on standard error while it loads, whatever its level of logging: only
 * its errors are passed on.
 */
function openQuietly(nativeFolder: string): Binding {
  const binding = join(nativeFolder, 'tfjs_binding.node');
  const loader = openLoader(nativeFolder);
  if (!loader) return open(binding) as Binding;
  let opened: unknown;
  const written = loader.captured(() => {
    opened = open(binding);
  });
  const errors = written.split('\n').filter((line) => /^[EF]\d{4} /.test(line));
  if (errors.length > 0) process.stderr.write(`${errors.join('\n')}\n`);
  return opened as Binding;
}

let loaded: { readonly binding: Binding; readonly from: string } | null = null;

/**
 * Loads the binding, once per process; the first call sets the thread count.
 * @param nativeFolder holds tfjs_binding.node and the TensorFlow libraries
 * @param variables of the environment that the library reads when it loads
 * @throws Error if another library was loaded before: a process has one
 */
export function loadBinding(
  nativeFolder: string,
  threads: number,
  variables: Readonly<Record<string, string>> = {},
): Binding {
  if (!loaded) {
    setEnvironment(threads, variables);
    loaded = { binding: openQuietly(nativeFolder), from: nativeFolder };
  }
  if (loaded.from !== nativeFolder)
    throw new Error(
      `this process has loaded TensorFlow from ${loaded.from}, and cannot load ${nativeFolder}, too`,
    );
  return loaded.binding;
}
