import { expect, test } from 'vitest';
import { likelihoodText } from '../../src/text/likelihood-text';
import type { LikelihoodName } from '../../src/vae/config';

const t = (message: string): string => `[${message}]`;

const NAMES: Readonly<Record<LikelihoodName, string>> = {
  bernoulli: '[Bernoulli likelihood]',
  'continuous-bernoulli': '[continuous Bernoulli likelihood]',
  gaussian: '[Gaussian likelihood]',
  'discretized-logistic': '[discretized logistic likelihood]',
};

test('every likelihood of the model has a translated name; an unknown one is named as it is', () => {
  for (const [name, text] of Object.entries(NAMES)) expect(likelihoodText(name, t)).toBe(text);
  expect(likelihoodText('poisson', t)).toBe('poisson');
});
