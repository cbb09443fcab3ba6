import type { RunConfig } from '../runs/config';

/** Settings that decide whether the bound is on the log of a probability rather than of a density. */
export interface BitsConfig {
  readonly model: Pick<RunConfig['model'], 'likelihood' | 'inputSize'>;
  readonly data: Pick<RunConfig['data'], 'binarisation'>;
}

/**
 * Returns -nats / (D log 2), the average cost of one value of a datapoint, in bits. Null if the likelihood assigns no
 * probability to the values: Bernoulli on grey values is not a probability, and densities have other units.
 */
export function bitsPerDimension({ model, data }: BitsConfig, nats: number): number | null {
  const bits = -nats / (model.inputSize * Math.LN2);
  switch (model.likelihood) {
    case 'discretized-logistic':
      return bits;
    case 'bernoulli':
      return data.binarisation === 'none' ? null : bits;
    case 'continuous-bernoulli':
    case 'gaussian':
      return null;
    default:
      return model.likelihood satisfies never;
  }
}
