import type { RunConfig } from './config';

/** Descriptions of the model's inputs, for the user. */
const INPUTS: Readonly<Record<RunConfig['data']['binarisation'], string>> = {
  none: 'grey values',
  threshold: 'binary values (white from one half on)',
  fixed: 'binary values (drawn once from the grey values)',
  dynamic: 'binary values (drawn from the grey values, for training anew in each epoch)',
};

/**
 * Returns the label to print with every bound of the run: the inputs and the likelihood. Bernoulli on grey values is common
 * practice but not a log-likelihood.
 */
export function boundLabel({ model, data, opened }: RunConfig): string {
  if (opened !== undefined)
    return 'no bound: the model was trained elsewhere, and its likelihood is not known';
  const inputs = INPUTS[data.binarisation];
  switch (model.likelihood) {
    case 'bernoulli':
      return data.binarisation === 'none'
        ? `${inputs} under Bernoulli: not a log-likelihood`
        : `${inputs} under Bernoulli: a log-likelihood`;
    case 'continuous-bernoulli':
      return `${inputs} under the continuous Bernoulli: a log-density on [0, 1]`;
    case 'gaussian':
      return `${inputs} under a Gaussian: a log-density, its variance at least that of rounding to 8 bits`;
    case 'discretized-logistic':
      return `${inputs} under the discretized logistic: a log-likelihood of 8-bit values`;
    default:
      return model.likelihood satisfies never;
  }
}
