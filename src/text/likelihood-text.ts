import type { Translate } from './translate';

/** Names a likelihood; one that is not known is named as it is. */
export function likelihoodText(likelihood: string, t: Translate): string {
  switch (likelihood) {
    case 'bernoulli':
      return t('Bernoulli likelihood');
    case 'continuous-bernoulli':
      return t('continuous Bernoulli likelihood');
    case 'gaussian':
      return t('Gaussian likelihood');
    case 'discretized-logistic':
      return t('discretized logistic likelihood');
    default:
      return likelihood;
  }
}
