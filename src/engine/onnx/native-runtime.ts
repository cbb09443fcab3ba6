import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { version } from 'onnxruntime-node/package.json';
import { NOT_RUN, OnnxRuntimeError, REFUSED, inputOf } from './runtime';
import type { OnnxRuntime, OnnxSession, OnnxSessionOptions } from './runtime';
import type { ElementType, OnnxTensor } from './tensor';

/** Version of the native library. */
export const ONNX_RUNTIME_VERSION = version;

/** Exports of onnxruntime-node's native binding. The package's own JavaScript would look for the binding in node_modules. */
interface Binding {
  readonly InferenceSession: new () => NativeSession;
  listSupportedBackends(): readonly { readonly name: string }[];
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

/** Log levels, from onnxruntime's 0 to 4. Its warnings concern graphs that it simplifies, and ours are generated. */
const ERROR_LEVEL = 3;
const INFORMATION_LEVEL = 1;

/** Set to anything, the library says on standard error what it finds out when it is opened: the devices of this machine. */
export const SAYS_DEVICES = 'LATENT_EXPLORER_ONNX_DEVICES';

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

/**
 * The official libraries for Linux and macOS report to their maker from version 1.29 on, unless they find this set when they are opened. Ours
 * is older, and a later one shall stay silent, too. Source: https://github.com/microsoft/onnxruntime/pull/27379. On Windows, nothing that
 * we could set keeps the library from telling Windows' own event tracing (docs/security.md).
 */
export const NO_TELEMETRY = 'ORT_DISABLE_TELEMETRY';

let opened: Binding | undefined;

function binding(): Binding {
  if (opened) return opened;
  const folder = onnxRuntimeFolder();
  if (folder === null) {
    throw new OnnxRuntimeError(
      `ONNX Runtime's native library is not included for ${process.platform}-${process.arch}`,
    );
  }
  const module: { exports: unknown } = { exports: {} };
  // A library sees what the main thread sets: a worker thread's variables are copies.
  process.env[NO_TELEMETRY] = '1';
  try {
    process.dlopen(module, join(folder, 'onnxruntime_binding.node'));
  } catch (error) {
    throw new OnnxRuntimeError(`ONNX Runtime could not be loaded: ${loadFailure((error as Error).message)}`);
  }
  opened = module.exports as Binding;
  opened.initOrtOnce(process.env[SAYS_DEVICES] ? INFORMATION_LEVEL : ERROR_LEVEL, NativeTensor, isMainThread);
  return opened;
}

/**
 * Adds what is missing if Windows found the library but not a library that it links to, whose name Windows does not say: it links
 * to system libraries, which are always there, and to Microsoft's C++ runtime.
 */
export function loadFailure(
  message: string,
  { platform, arch }: Pick<NodeJS.Process, 'platform' | 'arch'> = process,
): string {
  const text = message.trim().replace(/\.$/, '');
  if (platform !== 'win32' || !/specified module could not be found/i.test(text)) return text;
  return `${text}; it needs the Microsoft Visual C++ Redistributable (https://aka.ms/vs/17/release/vc_redist.${arch}.exe)`;
}

/** What computes: the processor, or an adapter of WebGPU. */
type Provider = 'cpu' | 'webgpu';

/** Loads the native library, once per process. @throws {OnnxRuntimeError} if it is missing or does not load */
export function nativeRuntime(threads: number, provider: Provider = 'cpu'): OnnxRuntime {
  if (
    !binding()
      .listSupportedBackends()
      .some(({ name }) => name === provider)
  )
    throw new OnnxRuntimeError(
      `ONNX Runtime's library for ${process.platform}-${process.arch} has no WebGPU, and computes on the processor alone`,
    );
  const open = (model: Uint8Array, options: OnnxSessionOptions = {}): OnnxSession =>
    openSession(model, threads, provider, options);
  return { threads, open: (...of) => new Promise((resolve) => resolve(open(...of))) };
}

/** Reads feeds in place; copies outputs once, into new arrays. */
function openSession(
  model: Uint8Array,
  threads: number,
  provider: Provider,
  { planMemory = true }: OnnxSessionOptions,
): OnnxSession {
  const native = new (binding().InferenceSession)();
  explained(REFUSED, () =>
    native.loadModel(model.buffer, model.byteOffset, model.byteLength, {
      // What an adapter has no kernel for, the library computes on the processor.
      executionProviders: [provider],
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
  const run = (feeds: Readonly<Record<string, OnnxTensor>>): Record<string, OnnxTensor> => {
    const given = Object.fromEntries(inputs.map((name) => [name, nativeTensor(inputOf(name, feeds))]));
    // Null requests a new array.
    const wanted = Object.fromEntries(outputs.map((name) => [name, null]));
    return explained(NOT_RUN, () => native.run(given, wanted, {})) as unknown as Record<string, OnnxTensor>;
  };
  return {
    inputs,
    outputs,
    run: (feeds) => new Promise((resolve) => resolve(run(feeds))),
    dispose: () => native.dispose(),
  };
}

const nativeTensor = ({ type, data, dims }: OnnxTensor): NativeTensor => new NativeTensor(type, data, dims);

function explained<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new OnnxRuntimeError(`${what}: ${(error as Error).message.trim()}`);
  }
}
