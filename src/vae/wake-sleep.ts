import { add, mean, sub, sum, tile } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { VaeConfig } from './config';
import { decode } from './decoder';
import { encode } from './encoder';
import { gaussianLogDensity, klPerDimension, reparameterise } from './gaussian';
import { likelihoodOf } from './likelihood';
import type { ObjectiveTerms } from './objective';
import type { Parameters } from './parameters';

/** Noise for the dreams of wake-sleep. */
export interface DreamNoise {
  /** z ~ p(z) = N(0, I); [dreams, Nz] */
  readonly z: Tensor2D;
  /** Noise for sampling x ~ p(x|z), see `Likelihood.sample`; [dreams, D] */
  readonly pixels: Tensor2D;
}

/**
 * Returns the terms of the wake-sleep algorithm (Hinton, Dayan, Frey & Neal 1995), the paper's baseline, with the same encoder
 * and decoder. In the wake phase, the decoder ascends log p(x, z) on a minibatch with z ~ q(z|x); in the sleep phase, the
 * encoder ascends log q(z|x) on dreams z ~ p(z), x ~ p(x|z). All samples are drawn here, with `parameters`, and are constants
 * of the returned function. Its objective is the sum of both phases, each of which has a gradient in its own half of the
 * parameters only. log p(z) has no gradient and is left out.
 * @param x the minibatch [batch, D] in [0, 1] @param epsilon [L * batch, Nz] ~ N(0, I)
 * @returns a function of the parameters to differentiate with respect to
 */
export function wakeSleepTerms(
  model: VaeConfig,
  parameters: Parameters<Tensor>,
  x: Tensor2D,
  epsilon: Tensor2D,
  dreams: DreamNoise,
): (own: Parameters<Tensor>) => ObjectiveTerms {
  const likelihood = likelihoodOf(model);
  const draws = epsilon.shape[0] / x.shape[0];
  const repeat = (t: Tensor2D): Tensor2D => (draws === 1 ? t : tile(t, [draws, 1]));
  const posterior = encode(model, parameters, x);
  const { mean: centre, logVariance } = posterior;
  const z = reparameterise({ mean: repeat(centre), logVariance: repeat(logVariance) }, epsilon);
  const kl = mean<Scalar>(sum(klPerDimension(posterior), 1));
  const dreamt = likelihood.sample(decode(model, parameters, dreams.z), dreams.pixels);
  return (own) => {
    const wake = mean<Scalar>(likelihood.logProbability(repeat(x), decode(model, own, z)));
    const sleep = mean<Scalar>(gaussianLogDensity(dreams.z, encode(model, own, dreamt)));
    return { objective: add(wake, sleep), elbo: sub(wake, kl), reconstruction: wake };
  };
}
