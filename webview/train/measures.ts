import type { Evaluation } from '../../src/protocol/engine';
import { count, nats } from '../shared/format';
import { t } from '../shared/l10n';

/** A measured number with its explanation. */
export interface Measure {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** The standard error of a single image is NaN and omitted. */
const withError = (value: number, error: number): string =>
  Number.isFinite(error) ? `${nats(value)} ± ${nats(error)}` : nats(value);

/**
 * Returns every number of an evaluation, in nats per image unless stated otherwise. Omits values that the engine did
 * not report.
 */
export function measuresOf(evaluation: Evaluation): Measure[] {
  const { elbo, standardError, reconstruction, kl, activeUnits, klPerDimension, bitsPerDimension } =
    evaluation;
  const { importance } = evaluation;
  const measures: Measure[] = [
    {
      name: 'ELBO',
      value: withError(elbo, standardError),
      meaning: t('lower bound, reconstruction less KL, with its standard error over images'),
    },
    {
      name: t('Reconstruction'),
      value: nats(reconstruction),
      meaning: t('mean of log p(x|z) under the posterior'),
    },
    {
      name: 'KL',
      value: nats(kl),
      meaning: t('how much information the latent code carries about an image'),
    },
  ];
  if (importance) {
    measures.push({
      name: t('L with k = {0}', count(importance.k)),
      value: withError(importance.value, importance.standardError),
      meaning: t('importance-weighted bound, between the ELBO and log p(x); it rises with k'),
    });
  }
  const bits = importance?.bitsPerDimension ?? bitsPerDimension;
  if (bits != null) {
    const of = importance?.bitsPerDimension == null ? t('the ELBO') : t('the importance-weighted bound');
    measures.push({
      name: t('Bits per dimension'),
      value: bits.toFixed(3),
      meaning: t('{0}, per number of an image', of),
    });
  }
  if (activeUnits !== undefined) {
    measures.push({
      name: t('Active units'),
      value: t('{0} of {1}', count(activeUnits), count(klPerDimension.length)),
      meaning: t('latent dimensions whose posterior mean varies over the images (variance above 0.01)'),
    });
  }
  return measures;
}

/** Describes the conditions of the evaluation, without which the numbers mean nothing. */
export function conditionsOf(evaluation: Evaluation): string {
  const { split, count: images, step, samplesPerDatapoint, seed, label } = evaluation;
  const draws =
    samplesPerDatapoint === 1 ? t('1 draw per image') : t('{0} draws per image', count(samplesPerDatapoint));
  return [
    t('{0} images of the {1} split', count(images), split),
    t('step {0}', count(step)),
    t('{0} for the ELBO, seed {1}', draws, seed),
    t('nats per image'),
    label,
  ].join(' · ');
}
