import type { RunConfig } from '../runs/config';

/** Most training rows in metrics.jsonl. */
const MAX_ROWS = 20_000;
/** Fewest steps between two validations: on a handful of images an epoch is a step or less. */
const MIN_VALIDATION_STEPS = 50;

/** At which steps things fall. All are fixed by the configuration: chunks and clocks change nothing that is recorded. */
export interface Schedule {
  readonly totalSteps: number;
  /** A training row every so many steps. */
  readonly rowEvery: number;
  /** A validation every so many steps: an epoch, rounded up to a multiple of `rowEvery`. */
  readonly validationEvery: number;
}

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** @param datapoints N of the training split */
export function scheduleOf(config: RunConfig, datapoints: number): Schedule {
  const { samples, minibatch } = config.training;
  const totalSteps = Math.ceil(samples / minibatch);
  const rowEvery = roundUp(Math.max(10, totalSteps / MAX_ROWS), 10);
  const validationEvery = roundUp(Math.max(MIN_VALIDATION_STEPS, datapoints / minibatch), rowEvery);
  return { totalSteps, rowEvery, validationEvery };
}

/** Steps between checkpoints for about `seconds` of training, as a multiple of `rowEvery`. */
export function checkpointSteps(secondsPerStep: number, seconds: number, rowEvery: number): number {
  return roundUp(Math.max(1, seconds / Math.max(secondsPerStep, 1e-6)), rowEvery);
}
