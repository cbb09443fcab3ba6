import type { Evaluation } from '../../src/protocol/engine';
import { count, nats } from '../format';

/** A measured number with what it means. */
export interface Measure {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** A standard error is not known from one image. */
const withError = (value: number, error: number): string =>
  Number.isFinite(error) ? `${nats(value)} ± ${nats(error)}` : nats(value);

/** Every number of an evaluation, in nats per image where not said otherwise. What the engine did not say is left out. */
export function measuresOf(evaluation: Evaluation): Measure[] {
  const { elbo, standardError, reconstruction, kl, activeUnits, klPerDimension, bitsPerDimension } =
    evaluation;
  const { importance } = evaluation;
  const measures: Measure[] = [
    {
      name: 'ELBO',
      value: withError(elbo, standardError),
      meaning: 'lower bound, reconstruction less KL, with its standard error over images',
    },
    {
      name: 'Reconstruction',
      value: nats(reconstruction),
      meaning: 'mean of log p(x|z) under the posterior',
    },
    { name: 'KL', value: nats(kl), meaning: 'what the latent code tells of an image beyond the prior' },
  ];
  if (importance) {
    measures.push({
      name: `L with k = ${count(importance.k)}`,
      value: withError(importance.value, importance.standardError),
      meaning: 'importance-weighted bound, between the ELBO and log p(x); it rises with k',
    });
  }
  const bits = importance?.bitsPerDimension ?? bitsPerDimension;
  if (bits != null) {
    const of = importance?.bitsPerDimension == null ? 'the ELBO' : 'the importance-weighted bound';
    measures.push({
      name: 'Bits per dimension',
      value: bits.toFixed(3),
      meaning: `${of}, per number of an image`,
    });
  }
  if (activeUnits !== undefined) {
    measures.push({
      name: 'Active units',
      value: `${activeUnits} of ${klPerDimension.length}`,
      meaning: 'latent dimensions whose posterior mean varies over the images (variance above 0.01)',
    });
  }
  return measures;
}

/** What the numbers were measured under: without it they mean nothing. */
export function conditionsOf(evaluation: Evaluation): string {
  const { split, count: images, step, samplesPerDatapoint, seed, label } = evaluation;
  const draws = `${count(samplesPerDatapoint)} ${samplesPerDatapoint === 1 ? 'draw' : 'draws'} per image`;
  return [
    `${count(images)} images of the ${split} split`,
    `step ${count(step)}`,
    `${draws} for the ELBO, seed ${seed}`,
    'nats per image',
    label,
  ].join(' · ');
}
