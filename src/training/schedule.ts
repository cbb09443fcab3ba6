import type { RunConfig } from '../runs/config';

/** Maximum training rows in metrics.jsonl. */
const MAX_ROWS = 20_000;
/** Minimum steps between validations: with very few images an epoch is a step or less. */
const MIN_VALIDATION_STEPS = 50;

/** Steps at which rows and validations are due. The configuration alone fixes them; chunk sizes and timing do not matter. */
export interface TrainingSchedule {
  readonly totalSteps: number;
  /** Steps between training rows. */
  readonly rowEvery: number;
  /** Steps between validations: an epoch, rounded up to a multiple of `rowEvery`. */
  readonly validationEvery: number;
}

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;

/** Computes the schedule of a run. @param datapoints N of the training split */
export function scheduleOf(config: RunConfig, datapoints: number): TrainingSchedule {
  const { samples, minibatch } = config.training;
  const totalSteps = Math.ceil(samples / minibatch);
  const rowEvery = roundUp(Math.max(10, totalSteps / MAX_ROWS), 10);
  const validationEvery = roundUp(Math.max(MIN_VALIDATION_STEPS, datapoints / minibatch), rowEvery);
  return { totalSteps, rowEvery, validationEvery };
}

/** 10^(i/8), i = 0 to 7. */
const EIGHTHS = [
  1, 1.333521432163324, 1.778279410038923, 2.371373705661655, 3.162277660168379, 4.216965034285822,
  5.623413251903491, 7.498942093324558,
];

/** Returns the steps after which snapshots are saved, ascending: in ratios of 10^(1/8), and the last step. */
export function snapshotSteps(totalSteps: number): readonly number[] {
  const steps = new Set<number>();
  for (let decade = 1; decade < totalSteps; decade *= 10) {
    for (const eighth of EIGHTHS) steps.add(Math.round(decade * eighth));
  }
  return [...steps].filter((step) => step < totalSteps).concat(totalSteps);
}

/** Returns the steps between checkpoints for about `seconds` of training, as a multiple of `rowEvery`. */
export function checkpointSteps(secondsPerStep: number, seconds: number, rowEvery: number): number {
  return roundUp(Math.max(1, seconds / Math.max(secondsPerStep, 1e-6)), rowEvery);
}
