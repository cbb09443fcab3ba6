import type { ChosenEngine } from '../../engine/choose';
import { secondsPerStep } from '../../engine-process/programs/time-steps';
import { memoryNeed } from '../../model/memory-need';
import { snapshotSteps } from '../../training/schedule';
import type { RunConfig } from '../../runs/config';
import type { PlannedSweep } from './plan-sweep';

/** How long each measured trial is measured, in seconds. */
const SECONDS = 1;
/** Trials that are measured at most; they are spread evenly, and the others are taken to be as fast. */
const MAX_MEASURED = 6;
/** Checkpoints that a run keeps: the last three and the best. */
const CHECKPOINTS = 4;

/** What a sweep would take. */
export interface SweepCost {
  /** Seconds of training of all trials, if none ends early. */
  readonly seconds: number;
  /** Number of trials that were measured for that. */
  readonly measured: number;
  /** Bytes of all run folders, without curves and encoded images. */
  readonly bytes: number;
}

/**
 * Estimates what a sweep takes on this machine: measures a second of training of some of its trials.
 * @param images number of images
 */
export async function costOf(
  { trials, stopping }: PlannedSweep,
  { engine }: ChosenEngine,
  images: number,
  parallel: number,
): Promise<SweepCost> {
  const configs = trials.map(({ plan }) => plan.config!);
  const count = Math.min(MAX_MEASURED, configs.length);
  const chosen = Array.from({ length: count }, (_, i) => configs[Math.floor((i * configs.length) / count)]!);
  let seconds = 0;
  for (const config of chosen) {
    const { samples, minibatch } = config.training;
    seconds += Math.ceil(samples / minibatch) * (await secondsPerStep(engine, config, images, SECONDS));
  }
  const whole = (seconds / count) * trials.length;
  return {
    seconds: (stopping === null ? whole : whole * shareTrained(stopping, configs)) / parallel,
    measured: count,
    bytes: configs.reduce((sum, config) => sum + bytesOf(config), 0),
  };
}

/**
 * Returns the share of the whole training that is left if at each rung exactly one of `reduction` trials goes on: the sum over rungs of
 * the share of trials times the share of samples between rungs. Promotions before all trials have come to a rung add to it.
 */
function shareTrained(
  { rungs, reduction }: NonNullable<PlannedSweep['stopping']>,
  configs: readonly RunConfig[],
): number {
  const total = configs[0]!.training.samples;
  const ends = [...rungs, total];
  return ends.reduce((sum, end, i) => sum + (end - (ends[i - 1] ?? 0)) / total / reduction ** i, 0);
}

function bytesOf(config: RunConfig): number {
  const { weights, optimizer } = memoryNeed(config, true);
  const { samples, minibatch } = config.training;
  const snapshots = config.snapshots ? snapshotSteps(Math.ceil(samples / minibatch)).length : 0;
  return CHECKPOINTS * (weights + optimizer) + snapshots * weights;
}
