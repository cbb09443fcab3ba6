import type { TrainingConfig, VaeConfig } from '../vae/config';
import { noiseInputs } from './noise';

const MAX_ROOM = 512;

/**
 * Returns how many steps a compiled loop has room for, a power of two. XLA compiles a function for the shapes of its arguments, so
 * that they must be the same in every call.
 * @param isStreamed whether the images of the steps are among the arguments @param maxBytes of the arguments, if one step fits
 */
export function roomFor(
  model: VaeConfig,
  training: TrainingConfig,
  isStreamed: boolean,
  maxBytes: number,
): number {
  const { minibatch, draws } = training;
  const columns = noiseInputs(model, training).reduce((sum, input) => sum + input.columns, 0);
  const perStep = 4 * minibatch * (1 + draws * columns) + (isStreamed ? minibatch * model.inputSize : 0);
  const fitting = Math.max(1, Math.min(MAX_ROOM, maxBytes / perStep));
  return 2 ** Math.floor(Math.log2(fitting));
}
