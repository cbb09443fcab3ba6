import type { Engine } from '../engine';
import { engineOn } from './engine';
import { WASM_MEMORY_BYTES, WASM_RUNTIME_VERSION, wasmRuntime } from './wasm-runtime';

/**
 * WebAssembly's vector instructions, by their name in its specification. Their results are the same on every processor, and so are
 * those of the library's functions, which are compiled to them.
 */
const INSTRUCTION_SET = 'simd128';

/** The most threads that the library itself would take. */
const MAX_THREADS = 4;

/**
 * Returns how many threads to take on this many cores, where nobody says. They wait for each other by spinning, so that one which waits
 * for a core holds up the others: one core is left to the rest of the machine.
 */
export const usualThreads = (cores: number): number => Math.max(1, Math.min(MAX_THREADS, cores - 1));

/**
 * Opens ONNX Runtime's WebAssembly build, which needs no native library, with the same models. The first call in a process sets the
 * number of threads. @throws OnnxRuntimeError if it does not start
 */
export async function wasmEngine(threads: number): Promise<Engine> {
  const runtime = await wasmRuntime(threads);
  const description = {
    name: 'wasm',
    build: `ONNX Runtime ${WASM_RUNTIME_VERSION} for WebAssembly, compiled`,
    threads: runtime.threads,
    instructionSet: INSTRUCTION_SET,
  } as const;
  return { ...engineOn(runtime, description), ownMemory: WASM_MEMORY_BYTES };
}
