import {
  add,
  div,
  exp,
  expm1,
  floor,
  greater,
  less,
  log,
  maximum,
  minimum,
  mul,
  neg,
  sigmoid,
  softplus,
  sub,
  sum,
  where,
} from '@tensorflow/tfjs-core';
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';

/** Half the distance between neighbours of the 256 values in [0, 1]. */
const HALF_STEP = 0.5 / 255;

/** Minimum log-scale: narrower distributions say no more about 8 bits, because nearly all of their mass is on one value. */
const MIN_LOG_SCALE = -7;

/**
 * Returns log P(x|z) of 8-bit values, in nats; <= 0. P is the mass of a logistic distribution between x - 1/510 and x + 1/510;
 * the values 0 and 1 include its tails (Kingma et al. 2016). With a = (x + 1/510 - mean) / s and b = (x - 1/510 - mean) / s it
 * is log(sigmoid a - sigmoid b) = a + log(1 - e^(b - a)) - softplus a - softplus b.
 * @param x [batch, D], multiples of 1/255 @param location logits of the mean [batch, D] @param logScale log s [batch, D]
 * @returns [batch]
 */
export function discretizedLogisticLogLikelihood(
  x: Tensor2D,
  location: Tensor2D,
  logScale: Tensor2D,
): Tensor1D {
  const inverse = exp(neg(maximum(logScale, MIN_LOG_SCALE)));
  const centred = sub(x, sigmoid(location));
  const above: Tensor2D = mul(add(centred, HALF_STEP), inverse);
  const below: Tensor2D = mul(sub(centred, HALF_STEP), inverse);
  const width: Tensor2D = mul(inverse, 2 * HALF_STEP);
  const between = sub(add(above, log(neg(expm1(neg(width))))), add(softplus(above), softplus(below)));
  const lowest = neg(softplus(neg(above)));
  const highest = neg(softplus(below));
  const upper = where(greater(x, 1 - HALF_STEP), highest, between);
  return sum(where(less(x, HALF_STEP), lowest, upper), 1);
}

/**
 * Samples x ~ P(x|z): draws from the logistic distribution by its quantile function mean + s log(u / (1 - u)) and rounds to the
 * nearest of the 256 values. @param uniform u [batch, D] in (0, 1)
 */
export function sampleDiscretizedLogistic(
  location: Tensor2D,
  logScale: Tensor2D,
  uniform: Tensor2D,
): Tensor2D {
  const scale = exp(maximum(logScale, MIN_LOG_SCALE));
  const quantile = sub(log(uniform), log(sub(1, uniform)));
  const value: Tensor2D = add(sigmoid(location), mul(scale, quantile));
  return div(floor(add(mul(minimum(maximum(value, 0), 1), 255), 0.5)), 255);
}
