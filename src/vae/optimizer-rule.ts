import type { OptimizerConfig } from './config';

/** The names of the optimizers' slots, of which there is one for each parameter. */
export const SLOT_NAMES: Readonly<Record<OptimizerConfig['name'], readonly string[]>> = {
  sgd: [],
  adagrad: ['sum'],
  adam: ['m', 'v'],
  rmsprop: ['ms', 'mom'],
};

/** Returns b^n by repeated multiplication: `Math.pow` differs between Node versions, and this number affects a run. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let factor = base, n = exponent; n > 0; n = Math.floor(n / 2), factor *= factor) {
    if (n % 2 === 1) result *= factor;
  }
  return result;
}

/**
 * Returns the step size of an update by the number of earlier updates, from 0. Adam's bias corrections (Kingma & Ba 2015, the variant at the
 * end of section 2) are part of it.
 */
export function rateOf(optimizer: OptimizerConfig): (step: number) => number {
  if (optimizer.name !== 'adam') return () => optimizer.learningRate;
  const { learningRate, beta1, beta2 } = optimizer;
  return (step) => {
    const t = step + 1;
    return (learningRate * Math.sqrt(1 - power(beta2, t))) / (1 - power(beta1, t));
  };
}
