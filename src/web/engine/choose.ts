/** Stands in for `src/engine/choose.ts` in a browser, where one engine runs. */
import type { ChosenEngine, EngineRequest } from '../../engine/choose';
import { wasmEngine } from '../../engine/onnx/wasm-engine';

export class EngineError extends Error {
  override readonly name = 'EngineError';
}

const NAMES: Readonly<Record<string, string>> = {
  tensorflow: 'TensorFlow',
  onnx: "ONNX Runtime's native library",
  jax: 'JAX',
};

/** Threads share memory, which a page has only if it is isolated from other origins; the library then takes one by itself. */
const THREADS = 1;

/** Told of a run that trains; the explorer shows it. */
const ENDS_WITH_TAB =
  'this run trains in the tab of the browser: closing or reloading the tab ends the training, and VAE: Resume goes on from the last checkpoint';

/** @throws EngineError for an engine that cannot run here (there is no silent fallback), or if it does not start */
export async function chooseEngine({
  engine,
  threads,
}: Pick<EngineRequest, 'engine' | 'threads'>): Promise<ChosenEngine> {
  if (engine !== 'auto' && engine !== 'wasm')
    throw new EngineError(
      `${NAMES[engine]} cannot run where VS Code runs in a browser, got the engine '${engine}'. Choose 'auto' or 'wasm' (setting vae.engine).`,
    );
  try {
    return {
      engine: await wasmEngine(threads ?? THREADS),
      reason: 'the one that runs in a browser',
      notice: ENDS_WITH_TAB,
    };
  } catch (error) {
    throw new EngineError((error as Error).message);
  }
}

/** @throws EngineError always: a foreign file is run where it can be ended from outside, in a process of its own */
export function chooseForOpenedModel(): Promise<ChosenEngine> {
  return Promise.reject(
    new EngineError(
      'a model that was trained elsewhere cannot be run where VS Code runs in a browser. Open its folder in VS Code on a machine.',
    ),
  );
}
