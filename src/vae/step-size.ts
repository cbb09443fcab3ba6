import type { StepSizeSchedule, TrainingConfig } from './config';
import { rateOf } from './optimizer-rule';

/** 10^(-i/7) for i = 0 to 7, as in Burda, Grosse & Salakhutdinov 2016, whose stage i lasts 3^i passes over the data. */
const STAGE_FACTORS = [
  1, 0.7196856730011519, 0.517947467923121, 0.37275937203149404, 0.2682695795279726, 0.1930697728883251,
  0.13894954943731375, 0.1,
];

function stageFactor(passes: number): number {
  let end = 0;
  for (const [i, factor] of STAGE_FACTORS.entries()) {
    end += 3 ** i;
    if (passes < end) return factor;
  }
  return STAGE_FACTORS.at(-1)!;
}

/** Returns the factor on the optimizer's step size, as a function of the number of earlier updates, from 0. */
function factorOf(
  schedule: StepSizeSchedule,
  { minibatch, datapoints, samples }: TrainingConfig,
): (step: number) => number {
  switch (schedule) {
    case 'constant':
      return () => 1;
    case 'cosine': {
      // From 1 at the first step towards 0 after the last (Loshchilov & Hutter 2017, without restarts).
      const last = Math.ceil(samples / minibatch);
      return (step) => 0.5 * (1 + Math.cos((Math.PI * Math.min(step, last)) / last));
    }
    case 'iwae-stages':
      return (step) => stageFactor((step * minibatch) / datapoints);
    default:
      return schedule satisfies never;
  }
}

/** Returns the step size as a function of the step, counted from 0. */
export function stepSizeOf(training: TrainingConfig): (step: number) => number {
  const rate = rateOf(training.optimizer);
  const factor = factorOf(training.schedule, training);
  return (step) => rate(step) * factor(step);
}
