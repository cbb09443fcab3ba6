import type { LikelihoodName } from './config';

/** What `Likelihood.sample` turns into an x: uniform numbers in (0, 1) or draws from N(0, 1), one for each number of x. */
export type PixelNoise = 'uniform' | 'normal';

const PIXEL_NOISE: Readonly<Record<LikelihoodName, PixelNoise>> = {
  bernoulli: 'uniform',
  'continuous-bernoulli': 'uniform',
  gaussian: 'normal',
  'discretized-logistic': 'uniform',
};

/** Apart from likelihood.ts, so that whoever draws the noise needs no tensors. */
export function pixelNoiseOf({ likelihood }: { readonly likelihood: LikelihoodName }): PixelNoise {
  return PIXEL_NOISE[likelihood];
}
