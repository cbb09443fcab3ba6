import { InferenceSession, Tensor, env } from 'onnxruntime-web';
import { serialiseModel } from './encode';
import type { OnnxValue } from './model';
import { NOT_RUN, OnnxRuntimeError, REFUSED, inputOf } from './runtime';
import type { OnnxRuntime, OnnxSession } from './runtime';
import type { OnnxTensor } from './tensor';
import { moduleUrl, readWasmFiles } from './wasm-files';

/** Version of the WebAssembly build. */
export const WASM_RUNTIME_VERSION = env.versions.web ?? 'unknown';

/** Memory that 32-bit WebAssembly can address and this build grows to, in bytes; every input of a call is copied into it. */
export const WASM_MEMORY_BYTES = 65_535 * 65_536;

let loaded: Promise<OnnxRuntime> | undefined;

/**
 * Loads the WebAssembly build, once per process: the first call sets the number of threads, and `threads` of the result says it.
 * The threads are the process's until it ends; idle, they do not keep it from ending.
 * @throws {OnnxRuntimeError} if it is missing or does not start
 */
export function wasmRuntime(threads: number): Promise<OnnxRuntime> {
  return (loaded ??= start(threads));
}

async function start(threads: number): Promise<OnnxRuntime> {
  const files = await readWasmFiles();
  if (files === null) throw new OnnxRuntimeError("ONNX Runtime's WebAssembly build is not included");
  env.logLevel = 'error';
  env.wasm.numThreads = threads;
  env.wasm.wasmPaths = { mjs: checkingModule(files.script) };
  try {
    env.wasm.wasmBinary = files.module;
    // The library starts with its first session. Without threads on this system it starts with one.
    (await openSession(smallestModel())).dispose();
  } catch (error) {
    throw new OnnxRuntimeError(`ONNX Runtime's WebAssembly build could not be started: ${textOf(error)}`);
  }
  return { threads: env.wasm.numThreads, open: openSession };
}

/**
 * Returns the URL of a module that starts the library's own and checks its allocations: the library writes inputs that its memory has
 * no place for to address 0, over its own data.
 */
function checkingModule(url: string): string {
  const source = `
    import load from ${JSON.stringify(url)};
    export default async (options) => {
      const module = await load(options);
      const allocate = module._malloc;
      module._malloc = (bytes) => {
        const address = allocate(bytes);
        if (address === 0 && bytes > 0) throw new RangeError('failed to allocate ' + bytes + ' bytes');
        return address;
      };
      return module;
    };`;
  return moduleUrl(source);
}

/** A model that returns its input. */
function smallestModel(): Uint8Array {
  const number = (name: string): OnnxValue => ({ name, type: 'float32', dims: [] });
  const nodes = [{ operator: 'Identity', inputs: ['x'], outputs: ['y'] }];
  return serialiseModel({ graph: { name: 'start', inputs: [number('x')], outputs: [number('y')], nodes } });
}

/** Memory is allocated value by value: with the library's arena or its plans a step takes no less time, and more memory. */
async function openSession(model: Uint8Array): Promise<OnnxSession> {
  const session = await explained(REFUSED, () =>
    InferenceSession.create(model, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    }),
  );
  const { inputNames, outputNames } = session;
  return {
    inputs: inputNames,
    outputs: outputNames,
    async run(feeds) {
      const given = Object.fromEntries(inputNames.map((name) => [name, tensorOf(inputOf(name, feeds))]));
      const results = await explained(NOT_RUN, () => session.run(given));
      return Object.fromEntries(outputNames.map((name) => [name, resultOf(results[name]!)]));
    },
    dispose: () => {
      // Frees before it returns; its promise fails only if the library has failed before.
      session.release().catch(() => undefined);
    },
  };
}

const tensorOf = ({ type, data, dims }: OnnxTensor): Tensor => new Tensor(type, data, dims);
const resultOf = ({ type, data, dims }: Tensor): OnnxTensor => ({ type, data, dims }) as OnnxTensor;

async function explained<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new OnnxRuntimeError(`${what}: ${textOf(error)}`);
  }
}

/** Words of the library, of its C++ library and of V8 for memory that is not there, or that 32 bits cannot count. */
const NO_MEMORY = /bad_alloc|failed to allocate|can't allocate|could not allocate|Integer overflow/i;

function textOf(error: unknown): string {
  // The library throws a number, the address of its own exception, where it does not expect one.
  if (!(error instanceof Error)) return `the library failed with ${String(error)}`;
  const text = error.message.replace(/^.*ERROR_MESSAGE: /s, '').trim();
  if (!NO_MEMORY.test(error.message)) return text;
  return (
    `it needs more than the ${(WASM_MEMORY_BYTES / 1e9).toFixed(2)} GB of memory that WebAssembly has (${text}). ` +
    'Choose smaller hidden layers, smaller images or a smaller minibatch, or an engine with a native library'
  );
}
