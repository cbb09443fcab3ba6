import type { Adapter, CudaLibrary, DeviceChoice } from './device';
import type { Engine } from './engine';
import type { Precision } from '../vae/config';
import type { JaxPython } from './jax/process';
import { precisionProblem } from './precision';
import { coreCount } from './processor';
import type { Executor } from './tensorflow/executor';

export type EngineChoice = 'auto' | 'tensorflow' | 'onnx' | 'wasm' | 'jax';

export interface EngineRequest {
  readonly engine: EngineChoice;
  /** Null for one thread per available core; the engine 'wasm' then takes fewer. */
  readonly threads: number | null;
  /** Folder of the TensorFlow libraries, or null if TensorFlow is not set up. */
  readonly nativeFolder: string | null;
  /** TensorFlow for graphics cards, if it is set up. */
  readonly cuda?: CudaLibrary | null;
  /** The Python that runs JAX, or null if JAX is not set up. */
  readonly jaxPython: JaxPython | null;
  /** What runs TensorFlow's training loop; null or absent for the graph executor. */
  readonly executor?: Executor | null;
  /** What trains, for JAX, which finds its graphics cards itself; absent for 'auto'. */
  readonly device?: DeviceChoice;
  /** What trains instead of the processor: for the engine 'tensorflow' the card of CUDA, else the adapter of WebGPU. */
  readonly adapter?: Adapter | null;
  /** Of the products of the training steps; absent for float32, in which everything else is computed, too. */
  readonly precision?: Precision;
}

export interface ChosenEngine {
  readonly engine: Engine;
  /** Why this engine was chosen, in a sentence for the log and the status bar. */
  readonly reason: string;
  /** What to tell the user about an engine that is slower than the one to be expected. */
  readonly notice?: string;
}

/** Error for a requested engine that cannot run here; the message says what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

const AS_ASKED = 'as asked for';

async function openOnnx(threads: number | null, reason: string): Promise<ChosenEngine> {
  const { onnxEngine } = await import('./onnx/engine');
  try {
    return { engine: await onnxEngine(threads ?? coreCount()), reason };
  } catch (error) {
    const why = (error as Error).message;
    if (reason === AS_ASKED) throw new EngineError(`${why}. The engine 'wasm' needs no native library.`);
    return { ...(await openWasm(threads, `${reason}, and ${why}`)), notice: slowNotice(why) };
  }
}

/** What a person is told who asks for a graphics card and gets a program that stands in for one. */
const softwareNotice = (name: string): string =>
  `${name} is not a graphics card but imitates one on the processor: training takes longer than without it`;

async function openWebgpu(threads: number | null, { name, isSoftware }: Adapter): Promise<ChosenEngine> {
  const { webgpuEngine } = await import('./onnx/engine');
  try {
    const engine = await webgpuEngine(threads ?? coreCount(), name);
    return { engine, reason: AS_ASKED, ...(isSoftware ? { notice: softwareNotice(name) } : {}) };
  } catch (error) {
    throw new EngineError((error as Error).message);
  }
}

async function openCuda(
  library: CudaLibrary | null,
  threads: number | null,
  name: string,
): Promise<ChosenEngine> {
  if (library === null)
    throw new EngineError(
      `TensorFlow is not set up for ${name}. Run 'vae setup --gpu' in a terminal, or VAE: Set Up TensorFlow for Graphics Card in VS Code.`,
    );
  const { tensorflowOnCard } = await import('./tensorflow/engine');
  try {
    return { engine: await tensorflowOnCard(library, threads ?? coreCount(), name), reason: AS_ASKED };
  } catch (error) {
    throw new EngineError(`TensorFlow could not be loaded for ${name}: ${(error as Error).message}`);
  }
}

/** Loads ONNX Runtime for a model that was trained elsewhere: no other engine runs its files. @throws EngineError if it does not load */
export function chooseForOpenedModel({
  engine,
  threads,
}: Pick<EngineRequest, 'engine' | 'threads'>): Promise<ChosenEngine> {
  const reason = 'it runs the files of a model that was trained elsewhere';
  return engine === 'wasm' ? openWasm(threads, reason) : openOnnx(threads, reason);
}

/** By docs/platforms.md, compared with the native library on all cores. */
const slowNotice = (why: string): string =>
  `${why}: its WebAssembly build computes instead, and a training step takes 3 to 6 times as long`;

async function openWasm(threads: number | null, reason: string): Promise<ChosenEngine> {
  const { usualThreads, wasmEngine } = await import('./onnx/wasm-engine');
  try {
    return { engine: await wasmEngine(threads ?? usualThreads(coreCount())), reason };
  } catch (error) {
    const why = (error as Error).message;
    throw new EngineError(reason === AS_ASKED ? why : `no engine could be loaded: ${reason}, and ${why}`);
  }
}

async function openJax(
  python: JaxPython | null,
  threads: number,
  device: DeviceChoice | undefined,
): Promise<Engine> {
  if (python === null)
    throw new EngineError(
      "the JAX engine is not set up here. Run 'vae setup --jax' in a terminal, or choose the engine 'onnx'.",
    );
  const { jaxEngine } = await import('./jax/engine');
  try {
    // That of the user's own choice is the user's matter.
    if (python.isOwn) await (await import('./own-code')).assertOwnPython(python.python);
    return await jaxEngine(python, threads, device);
  } catch (error) {
    throw new EngineError(
      `JAX could not be started: ${(error as Error).message}. 'vae setup --jax' installs it, and tries out what is there.`,
    );
  }
}

async function openTensorflow(nativeFolder: string, threads: number, executor: Executor): Promise<Engine> {
  const { noteUse, probe } = await import('./tensorflow/probe');
  await probe(nativeFolder);
  await noteUse(nativeFolder);
  const { tensorflowEngine } = await import('./tensorflow/engine');
  return tensorflowEngine(nativeFolder, threads, executor);
}

/**
 * Loads the engine of a request, as `loadEngine`.
 * @throws EngineError as `loadEngine`, and if the engine does not compute in the precision that is asked for
 */
export async function chooseEngine(request: EngineRequest): Promise<ChosenEngine> {
  const chosen = await loadEngine(request);
  const { precision = 'float32' } = request;
  const problem = precisionProblem(chosen.engine, { precision });
  if (problem === null) return chosen;
  throw new EngineError(
    chosen.reason === AS_ASKED ? problem : `${problem} It was chosen as ${chosen.reason}.`,
  );
}

/**
 * Loads TensorFlow if its native library is present and works, otherwise ONNX Runtime; its WebAssembly build only where its native
 * library does not load, with a notice. JAX is opened only by its name, and what an adapter is named for on that adapter.
 * @throws EngineError if an explicitly requested engine is unavailable (there is no silent fallback), or no engine loads
 */
async function loadEngine(request: EngineRequest): Promise<ChosenEngine> {
  const { engine, nativeFolder, jaxPython, threads } = request;
  const executor = request.executor ?? 'graph';
  if (request.adapter)
    return engine === 'tensorflow'
      ? openCuda(request.cuda ?? null, threads, request.adapter.name)
      : openWebgpu(threads, request.adapter);
  if (engine === 'onnx') return openOnnx(threads, AS_ASKED);
  if (engine === 'wasm') return openWasm(threads, AS_ASKED);
  if (engine === 'jax')
    return { engine: await openJax(jaxPython, threads ?? coreCount(), request.device), reason: AS_ASKED };
  if (nativeFolder === null) {
    if (engine === 'auto') return openOnnx(threads, 'TensorFlow is not set up here');
    throw new EngineError(
      "the TensorFlow engine is not set up here. Run VAE: Set Up TensorFlow Engine in VS Code or 'vae setup' in a terminal, or choose the engine 'onnx'.",
    );
  }
  try {
    const reason = engine === 'tensorflow' ? AS_ASKED : 'the fastest that is set up';
    return { engine: await openTensorflow(nativeFolder, threads ?? coreCount(), executor), reason };
  } catch (error) {
    const why = (error as Error).message;
    if (engine === 'tensorflow') throw new EngineError(`TensorFlow could not be loaded: ${why}`);
    return openOnnx(threads, `TensorFlow could not be loaded (${why})`);
  }
}
