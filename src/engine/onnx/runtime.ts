import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { version } from 'onnxruntime-node/package.json';
import { checkTensor } from './tensor';
import type { ElementType, OnnxTensor } from './tensor';

/** Version of the native library. */
export const ONNX_RUNTIME_VERSION = version;

/** Exports of onnxruntime-node's native binding. The package's own JavaScript would look for the binding in node_modules. */
interface Binding {
  readonly InferenceSession: new () => NativeSession;
  initOrtOnce(logLevel: number, tensorConstructor: typeof NativeTensor, isMainThread: boolean): void;
}

interface NativeSession {
  loadModel(buffer: ArrayBufferLike, byteOffset: number, byteLength: number, options: object): void;
  readonly inputMetadata: readonly { readonly name: string }[];
  readonly outputMetadata: readonly { readonly name: string }[];
  run(
    feeds: Record<string, NativeTensor>,
    fetches: Record<string, null>,
    options: object,
  ): Record<string, NativeTensor>;
  dispose(): void;
}

/** A tensor as the binding reads it and, with these constructor arguments, creates it. */
class NativeTensor {
  readonly location = 'cpu';
  constructor(
    readonly type: ElementType,
    readonly data: OnnxTensor['data'],
    readonly dims: readonly number[],
  ) {}
}

/** Log level, from onnxruntime's 0 to 4. Its warnings concern graphs that it simplifies, and ours are generated. */
const ERROR_LEVEL = 3;

/** Error for a native library that is missing, does not load, or rejects a model. */
class OnnxRuntimeError extends Error {
  override readonly name = 'OnnxRuntimeError';
}

/**
 * Returns the folder with onnxruntime_binding.node and the library that it links to: next to the bundle, or in the package when
 * run from sources. Null if this platform is not included.
 */
export function onnxRuntimeFolder(): string | null {
  const { platform, arch } = process;
  const candidates = [
    join(dirname(fileURLToPath(import.meta.url)), 'onnxruntime', `${platform}-${arch}`),
    ...packageFolders().map((folder) => join(folder, 'bin', 'napi-v6', platform, arch)),
  ];
  return candidates.find((folder) => existsSync(join(folder, 'onnxruntime_binding.node'))) ?? null;
}

function packageFolders(): string[] {
  try {
    return [dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))];
  } catch {
    return [];
  }
}

let opened: Binding | undefined;

function binding(): Binding {
  if (opened) return opened;
  const folder = onnxRuntimeFolder();
  if (folder === null) {
    throw new OnnxRuntimeError(`ONNX Runtime is not included for ${process.platform}-${process.arch}`);
  }
  const module: { exports: unknown } = { exports: {} };
  try {
    process.dlopen(module, join(folder, 'onnxruntime_binding.node'));
  } catch (error) {
    throw new OnnxRuntimeError(`ONNX Runtime could not be loaded: ${(error as Error).message}`);
  }
  opened = module.exports as Binding;
  opened.initOrtOnce(ERROR_LEVEL, NativeTensor, isMainThread);
  return opened;
}

/** Loads the native library, once per process. @throws {OnnxRuntimeError} if it is missing or does not load */
export function loadOnnxRuntime(): void {
  binding();
}

export interface OnnxSessionOptions {
  /** Threads that one operator may use, including the calling thread. */
  readonly threads: number;
  /**
   * Whether the library plans one block of memory for all values of the graph. Without a plan it allocates and frees each
   * value: training the convolutional model at 64×64×3 then takes 435 instead of 571 MiB and 4 % more time.
   */
  readonly planMemory?: boolean;
}

export interface OnnxSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * Computes all outputs, blocking this thread until they are ready. Reads feeds in place; copies outputs once, into new
   * arrays.
   */
  run(feeds: Readonly<Record<string, OnnxTensor>>): Record<string, OnnxTensor>;
  /** Frees the native session immediately; it cannot run afterwards. */
  dispose(): void;
}

/**
 * Loads a model for this machine's processor; the library optimizes the graph first.
 * @throws {OnnxRuntimeError} if the library is missing, or with its message if it rejects the model
 */
export function openOnnxSession(
  model: Uint8Array,
  { threads, planMemory = true }: OnnxSessionOptions,
): OnnxSession {
  const native = new (binding().InferenceSession)();
  explained('the ONNX model was refused', () =>
    native.loadModel(model.buffer, model.byteOffset, model.byteLength, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      enableMemPattern: planMemory,
      logSeverityLevel: ERROR_LEVEL,
      // Microseconds that a waiting thread spins before it sleeps. With the library's longer default, training takes half as
      // long again when other processes use the cores; without spinning it takes a tenth longer when none do.
      extra: { session: { intra_op: { spin_duration_us: '50' } } },
    }),
  );
  const inputs = native.inputMetadata.map(({ name }) => name);
  const outputs = native.outputMetadata.map(({ name }) => name);
  return {
    inputs,
    outputs,
    run(feeds) {
      const given = Object.fromEntries(inputs.map((name) => [name, nativeTensor(name, feeds[name])]));
      // Null requests a new array.
      const wanted = Object.fromEntries(outputs.map((name) => [name, null]));
      return explained('the ONNX model could not be run', () =>
        native.run(given, wanted, {}),
      ) as unknown as Record<string, OnnxTensor>;
    },
    dispose: () => native.dispose(),
  };
}

function nativeTensor(name: string, tensor: OnnxTensor | undefined): NativeTensor {
  if (!tensor) throw new OnnxRuntimeError(`the ONNX model's input '${name}' was not given`);
  checkTensor(name, tensor);
  return new NativeTensor(tensor.type, tensor.data, tensor.dims);
}

function explained<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new OnnxRuntimeError(`${what}: ${(error as Error).message.trim()}`);
  }
}
