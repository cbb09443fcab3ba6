import { chooseEngine, chooseForOpenedModel } from '../../engine/choose';
import type { ChosenEngine, EngineChoice } from '../../engine/choose';
import type { Precision } from '../../vae/config';
import type { Executor } from '../../engine/tensorflow/executor';
import type { RunConfig } from '../../runs/config';
import { isNativePresent, jaxPython, nativeFolder } from '../../setup/locations.mjs';

export interface EngineOptions {
  readonly engine: EngineChoice;
  readonly threads: number | null;
}

/**
 * Chooses the engine for these options on this machine.
 * @param executor of TensorFlow's training loop; null for the graph executor
 * @param precision of the products of a training
 * @throws EngineError as `chooseEngine`
 */
export function engineFor(
  { engine, threads }: EngineOptions,
  executor: Executor | null = null,
  precision: Precision = 'float32',
): Promise<ChosenEngine> {
  return chooseEngine({
    ...{ engine, threads, executor, precision },
    nativeFolder: isNativePresent() ? nativeFolder() : null,
    jaxPython: jaxPython(),
  });
}

/** Chooses the engine that uses the model of a run, without training it. @throws EngineError as `chooseEngine` */
export function engineForModel(
  options: EngineOptions,
  { opened }: Pick<RunConfig, 'opened'>,
): Promise<ChosenEngine> {
  return opened === undefined ? engineFor(options) : chooseForOpenedModel(options);
}
