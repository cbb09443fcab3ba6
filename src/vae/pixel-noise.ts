import type { LikelihoodName } from './config';

/** Noise that `Likelihood.sample` turns into an x: numbers uniform in (0, 1) or from N(0, 1), one per number of x. */
export type PixelNoise = 'uniform' | 'normal';

const PIXEL_NOISE: Readonly<Record<LikelihoodName, PixelNoise>> = {
  bernoulli: 'uniform',
  'continuous-bernoulli': 'uniform',
  gaussian: 'normal',
  'discretized-logistic': 'uniform',
};

/** Returns the noise that a likelihood samples with. Separate from likelihood.ts, so that drawing noise needs no tensors. */
export function pixelNoiseOf({ likelihood }: { readonly likelihood: LikelihoodName }): PixelNoise {
  return PIXEL_NOISE[likelihood];
}
