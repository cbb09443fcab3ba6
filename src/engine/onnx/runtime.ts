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

/** What onnxruntime-node's native binding exports; the package's own JavaScript would look it up in node_modules. */
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

/** A tensor as the binding reads it and, with these arguments, makes it. */
class NativeTensor {
  readonly location = 'cpu';
  constructor(
    readonly type: ElementType,
    readonly data: OnnxTensor['data'],
    readonly dims: readonly number[],
  ) {}
}

/** Of onnxruntime's levels 0 to 4: its warnings are about graphs that it simplifies, and ours are generated. */
const ERROR_LEVEL = 3;

/** The library is not here, does not load, or refuses a model. */
export class OnnxRuntimeError extends Error {
  override readonly name = 'OnnxRuntimeError';
}

/**
 * The folder with onnxruntime_binding.node and, beside it, the library that it is linked to: beside the bundle, or in the
 * package when run from sources. Null where there is none for this platform.
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

/** Loads the library, once per process. @throws {OnnxRuntimeError} when it is not here or does not load */
export function loadOnnxRuntime(): void {
  binding();
}

export interface OnnxSessionOptions {
  /** Threads that one operator may use, the calling one included. */
  readonly threads: number;
  /**
   * Whether the library plans one block of memory for all values of the graph. Without a plan it takes and gives back each
   * value: 435 in place of 571 MiB for the training of the convolutional model at 64×64×3, and 4 % more time.
   */
  readonly planMemory?: boolean;
}

export interface OnnxSession {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /**
   * Computes every output; returns when they are there, and nothing else runs in this thread meanwhile. Feeds are read where
   * they lie, outputs are copied once, into new arrays.
   */
  run(feeds: Readonly<Record<string, OnnxTensor>>): Record<string, OnnxTensor>;
  /** Frees the native session at once; it cannot run any more. */
  dispose(): void;
}

/**
 * Loads a model for this machine's processor. The library optimizes the graph first.
 * @throws {OnnxRuntimeError} when there is no library, or it refuses the model: with what it says
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
      // A waiting thread looks for work this long (microseconds) before it sleeps. At the library's own, longer time a training
      // takes half as long again where others use the cores, too; without any it takes a tenth longer where nobody does.
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
      // null: a new array.
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
