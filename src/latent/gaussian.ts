/**
 * Returns KL(q || p) of each row's diagonal Gaussian q = N(mean, exp(logVariance)) from p = N(0, I), in nats: 1/2 sum over d of
 * (mean^2 + exp(logVariance) - 1 - logVariance).
 * @param mean rows of `dimensions` numbers, like `logVariance` @returns one number per row
 */
export function klToPrior(mean: Float32Array, logVariance: Float32Array, dimensions: number): Float32Array {
  const result = new Float32Array(mean.length / dimensions);
  for (let row = 0; row < result.length; row++) {
    let sum = 0;
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) {
      sum += mean[i]! ** 2 + Math.exp(logVariance[i]!) - 1 - logVariance[i]!;
    }
    result[row] = sum / 2;
  }
  return result;
}

/** Returns log N(z; 0, I) of each row, in nats: -1/2 |z|² - Nz/2 log 2 pi. */
export function priorLogDensities(z: Float32Array, dimensions: number): Float32Array {
  return norms(z, dimensions).map((norm) => -(norm * norm + dimensions * Math.log(2 * Math.PI)) / 2);
}

/** Returns the Euclidean length of each row. */
export function norms(rows: Float32Array, dimensions: number): Float32Array {
  const result = new Float32Array(rows.length / dimensions);
  for (let row = 0; row < result.length; row++) {
    let sum = 0;
    for (let i = row * dimensions; i < (row + 1) * dimensions; i++) sum += rows[i]! ** 2;
    result[row] = Math.sqrt(sum);
  }
  return result;
}

/**
 * Returns points whose Euclidean distance is the 2-Wasserstein distance between the diagonal Gaussians, the root of |m1 - m2|^2
 * + |s1 - s2|^2, with s the standard deviations. @returns rows of 2 Nz numbers: mean, then standard deviation
 */
export function wassersteinPoints(
  mean: Float32Array,
  logVariance: Float32Array,
  dimensions: number,
): Float32Array {
  const result = new Float32Array(2 * mean.length);
  for (let i = 0; i < mean.length; i++) {
    const place = Math.floor(i / dimensions) * 2 * dimensions + (i % dimensions);
    result[place] = mean[i]!;
    result[place + dimensions] = Math.exp(logVariance[i]! / 2);
  }
  return result;
}
