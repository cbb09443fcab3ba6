import type { RunConfig } from '../runs/config';

/** What decides whether a bound is one of the logarithm of a probability. */
export interface BitsConfig {
  readonly model: Pick<RunConfig['model'], 'likelihood' | 'inputSize'>;
  readonly data: Pick<RunConfig['data'], 'binarisation'>;
}

/**
 * -nats / (D log 2): what a number of a datapoint costs on average, in bits. Null where the likelihood gives no
 * probability to the numbers that the model sees: Bernoulli on grey values is none, and a density has another unit.
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
