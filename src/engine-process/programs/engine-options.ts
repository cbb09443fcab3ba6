import { chooseEngine, chooseForOpenedModel } from '../../engine/choose';
import type { ChosenEngine, EngineChoice } from '../../engine/choose';
import type { Adapter, CudaLibrary, DeviceChoice } from '../../engine/device';
import type { Precision } from '../../vae/config';
import type { Executor } from '../../engine/tensorflow/executor';
import type { RunConfig } from '../../runs/config';
import { CARD_VARIABLES } from '../../setup/card-variables.mjs';
import { cudaNativeFolder, isNativePresent, nativeFolder } from '../../setup/locations.mjs';
import { jaxWithCache } from './jax-python';

export interface EngineOptions {
  readonly engine: EngineChoice;
  readonly threads: number | null;
  /** What trains; absent for 'auto'. A model that is used and not trained is computed on the processor. */
  readonly device?: DeviceChoice;
}

/** Returns TensorFlow for graphics cards; null if it is not set up. */
export function cudaTensorflow(): CudaLibrary | null {
  const folder = cudaNativeFolder();
  return folder === null ? null : { folder, variables: CARD_VARIABLES };
}

/**
 * Chooses the engine for these options on this machine.
 * @param executor of TensorFlow's training loop; null for the graph executor
 * @param precision of the products of a training @param adapter that trains; null for the processor
 * @throws EngineError as `chooseEngine`
 */
export function engineFor(
  { engine, threads, device }: EngineOptions,
  executor: Executor | null = null,
  precision: Precision = 'float32',
  adapter: Adapter | null = null,
): Promise<ChosenEngine> {
  return chooseEngine({
    ...{ engine, threads, executor, precision, adapter },
    ...(device === undefined ? {} : { device }),
    nativeFolder: isNativePresent() ? nativeFolder() : null,
    cuda: cudaTensorflow(),
    jaxPython: jaxWithCache(),
  });
}

/** Chooses the engine that uses the model of a run, without training it. @throws EngineError as `chooseEngine` */
export function engineForModel(
  options: EngineOptions,
  { opened }: Pick<RunConfig, 'opened'>,
): Promise<ChosenEngine> {
  return opened === undefined ? engineFor(options) : chooseForOpenedModel(options);
}
