import type { Engine } from './engine';
import { coreCount } from './processor';
import type { Executor } from './tensorflow/executor';

export type EngineChoice = 'auto' | 'tensorflow' | 'onnx';

export interface EngineRequest {
  readonly engine: EngineChoice;
  /** Null for one thread per available core. */
  readonly threads: number | null;
  /** Folder of the TensorFlow libraries, or null if TensorFlow is not set up. */
  readonly nativeFolder: string | null;
  /** What runs TensorFlow's training loop; null or absent for the graph executor. */
  readonly executor?: Executor | null;
}

export interface ChosenEngine {
  readonly engine: Engine;
  /** Why this engine was chosen, in a sentence for the log and the status bar. */
  readonly reason: string;
}

/** Error for a requested engine that cannot run here; the message says what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

const AS_ASKED = 'as asked for';

async function openOnnx(threads: number, reason: string): Promise<ChosenEngine> {
  const { onnxEngine } = await import('./onnx/engine');
  try {
    return { engine: await onnxEngine(threads), reason };
  } catch (error) {
    throw new EngineError(
      reason === AS_ASKED
        ? (error as Error).message
        : `${(error as Error).message}. ${reason}; where TensorFlow can be had, 'vae setup' installs it.`,
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
 * Loads TensorFlow if its native library is present and works, otherwise ONNX Runtime.
 * @throws EngineError if an explicitly requested engine is unavailable (there is no silent fallback), or no engine loads
 */
export async function chooseEngine(request: EngineRequest): Promise<ChosenEngine> {
  const { engine, nativeFolder } = request;
  const executor = request.executor ?? 'graph';
  const threads = request.threads ?? coreCount();
  if (engine === 'onnx') return openOnnx(threads, AS_ASKED);
  if (nativeFolder === null) {
    if (engine === 'auto') return openOnnx(threads, 'TensorFlow is not set up here');
    throw new EngineError(
      "the TensorFlow engine is not set up here. Run VAE: Set Up TensorFlow Engine in VS Code or 'vae setup' in a terminal, or choose the engine 'onnx'.",
    );
  }
  try {
    const reason = engine === 'tensorflow' ? AS_ASKED : 'the fastest that is set up';
    return { engine: await openTensorflow(nativeFolder, threads, executor), reason };
  } catch (error) {
    const why = (error as Error).message;
    if (engine === 'tensorflow') throw new EngineError(`TensorFlow could not be loaded: ${why}`);
    return openOnnx(threads, `TensorFlow could not be loaded (${why})`);
  }
}
