import type { RunConfig } from './config';
import { MAX_SAMPLES } from '../domain/limits';
import { RequestError } from './request-error';
import { requireTrained } from './require-trained';

/**
 * Returns the configuration of a run that goes on from the checkpoint of `step` to `samples` training datapoints in all. Its
 * `training.extensions` say what was planned before, which schedules that span the samples depend on.
 * @throws RequestError unless these are more samples than the run has done, and a number that a run may have
 */
export function extended(config: RunConfig, step: number, samples: number): RunConfig {
  requireTrained(config, 'trained longer');
  const { training } = config;
  const done = step * training.minibatch;
  if (!Number.isSafeInteger(samples) || samples <= done || samples > MAX_SAMPLES)
    throw new RequestError(
      `samples: got ${samples}, expected a whole number above the ${done} that the run has done, up to ${MAX_SAMPLES}`,
    );
  const { extensions: before = [], ...rest } = training;
  // Training may have gone back to a checkpoint before the last extension: nothing is left of what followed.
  const planned = before.find((one) => one.step >= step)?.samples ?? training.samples;
  const kept = before.filter((one) => one.step < step);
  const extensions = step === 0 ? kept : [...kept, { step, samples: planned }];
  return {
    ...config,
    training: { ...rest, samples, ...(extensions.length === 0 ? {} : { extensions }) },
  };
}

/** Whether the user has asked for more samples when the run was at this step. */
export function isExtendedAt({ training }: RunConfig, step: number): boolean {
  return training.extensions?.at(-1)?.step === step;
}
