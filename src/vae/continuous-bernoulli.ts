import {
  abs,
  add,
  div,
  exp,
  expm1,
  greater,
  less,
  log,
  log1p,
  maximum,
  mul,
  neg,
  reciprocal,
  square,
  step,
  sub,
  sum,
  tanh,
  where,
} from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { bernoulliLogLikelihood } from './bernoulli';

/** Absolute logits below this use series, because the closed forms are 0/0 at 0. */
const NEAR_ZERO = 0.1;

/**
 * Combines the closed form away from 0 with the series near 0. Neither is evaluated where it or its gradient is not finite.
 * Uses products with 0 and 1, because comparisons have no gradient in tfjs.
 */
function piecewise(
  logits: Tensor2D,
  closed: (l: Tensor2D) => Tensor2D,
  series: (l: Tensor2D) => Tensor2D,
): Tensor2D {
  const near: Tensor2D = step(sub(NEAR_ZERO, abs(logits)));
  const far: Tensor2D = sub(1, near);
  return add(mul(near, series(mul(near, logits))), mul(far, closed(add(mul(far, logits), near))));
}

/**
 * Returns the log of the normaliser l / tanh(l / 2) of x^p (1 - x)^(1 - p) over [0, 1], for logits l of p; log 2 at l = 0.
 * @returns [batch, D]
 */
export function logNormaliser(logits: Tensor2D): Tensor2D {
  return piecewise(
    logits,
    (l) => log(div(l, tanh(mul(l, 0.5)))),
    (l) => {
      const squared = square(l);
      return add(Math.LN2, mul(squared, sub(1 / 12, mul(squared, 7 / 1440))));
    },
  );
}

/**
 * Returns log p(x|z) of the continuous Bernoulli distribution, a density on [0, 1] (Loaiza-Ganem & Cunningham 2019), in nats.
 * @param x [batch, D] in [0, 1] @param logits [batch, D] @returns [batch]
 */
export function continuousBernoulliLogLikelihood(x: Tensor2D, logits: Tensor2D): Tensor1D {
  return add(bernoulliLogLikelihood(x, logits), sum(logNormaliser(logits), 1));
}

/** Returns E[x|z] = 1 / (1 - e^-l) - 1 / l, 1/2 at l = 0; [batch, D] in (0, 1). */
export function continuousBernoulliMean(logits: Tensor2D): Tensor2D {
  return piecewise(
    logits,
    (l) => sub(reciprocal(sub(1, exp(neg(l)))), reciprocal(l)),
    (l) => add(0.5, mul(l, sub(1 / 12, mul(square(l), 1 / 720)))),
  );
}

/** Absolute logits below this use two terms of the quantile function's series, which are exact to about 2e-6. */
const SERIES_LOGIT = 0.01;

/**
 * Samples x ~ p(x|z) by the quantile function log(1 + u (e^l - 1)) / l, which is u at l = 0. Evaluates it at -|l|, where
 * nothing overflows, and mirrors the result for l > 0. @param uniform u [batch, D] in (0, 1)
 */
export function sampleContinuousBernoulli(logits: Tensor2D, uniform: Tensor2D): Tensor2D {
  const positive = greater(logits, 0);
  const descent = neg(maximum(abs(logits), SERIES_LOGIT));
  const mirrored = where(positive, sub(1, uniform), uniform);
  const low: Tensor2D = div(log1p(mul(mirrored, expm1(descent))), descent);
  const closed = where<Tensor2D>(positive, sub(1, low), low);
  const series: Tensor2D = add(uniform, mul(mul(logits, 0.5), mul(uniform, sub(1, uniform))));
  return where(less(abs(logits), SERIES_LOGIT), series, closed);
}
