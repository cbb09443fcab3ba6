/** A normal distribution N(mean, L Lᵀ) in latent space. */
export interface Gaussian {
  /** Nz numbers. */
  readonly mean: Float64Array;
  /** L, the Cholesky factor of the covariance: lower triangular, Nz × Nz, row-major. */
  readonly factor: Float64Array;
}

/**
 * Returns the lower triangular L with L Lᵀ = `matrix` (n × n, row-major; only its lower half is read).
 * @throws RangeError if the matrix is not positive definite
 */
export function cholesky(matrix: Float64Array, n: number): Float64Array {
  const factor = new Float64Array(n * n);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = matrix[row * n + column]!;
      for (let k = 0; k < column; k++) rest -= factor[row * n + k]! * factor[column * n + k]!;
      if (column < row) factor[row * n + column] = rest / factor[column * n + column]!;
      else if (rest > 0) factor[row * n + row] = Math.sqrt(rest);
      else
        throw new RangeError(
          `no covariance: got a variance of ${rest} in dimension ${row}, expected one above 0`,
        );
    }
  }
  return factor;
}

/**
 * Returns the normal distribution with the first two moments of the aggregate posterior q(z) = mean over images of q(z|x): its
 * mean is that of the posterior means mu, its covariance that of mu plus the mean posterior variances on the diagonal.
 * @param means count × Nz, one posterior mean per image @param meanVariances Nz: mean over images of sigma²
 * @throws RangeError if the covariance is not positive definite
 */
export function aggregateGaussian(means: Float32Array, meanVariances: Float64Array): Gaussian {
  const n = meanVariances.length;
  const count = means.length / n;
  const mean = new Float64Array(n);
  for (let i = 0; i < means.length; i++) mean[i % n]! += means[i]! / count;
  const covariance = new Float64Array(n * n);
  const centred = new Float64Array(n);
  for (let start = 0; start < means.length; start += n) {
    for (let d = 0; d < n; d++) centred[d] = means[start + d]! - mean[d]!;
    for (let row = 0; row < n; row++) {
      const own = centred[row]! / count;
      for (let column = 0; column <= row; column++) covariance[row * n + column]! += own * centred[column]!;
    }
  }
  for (let d = 0; d < n; d++) covariance[d * n + d]! += meanVariances[d]!;
  return gaussian(mean, covariance);
}

/**
 * Returns the normal distribution with this covariance (n × n, row-major). @throws RangeError if it is not positive definite
 */
export function gaussian(mean: Float64Array, covariance: Float64Array): Gaussian {
  return { mean, factor: cholesky(covariance, mean.length) };
}

/**
 * Returns log N(z; mean, L Lᵀ) of each row, in nats: -1/2 |L⁻¹ (z - mean)|² - sum of log L_dd - Nz/2 log 2 pi.
 * @param z count × Nz
 */
export function logDensities({ mean, factor }: Gaussian, z: Float32Array): Float32Array {
  const n = mean.length;
  let constant = -0.5 * n * Math.log(2 * Math.PI);
  for (let d = 0; d < n; d++) constant -= Math.log(factor[d * n + d]!);
  const white = new Float64Array(n);
  return Float32Array.from({ length: z.length / n }, (_, point) => {
    let square = 0;
    for (let row = 0; row < n; row++) {
      let rest = z[point * n + row]! - mean[row]!;
      for (let k = 0; k < row; k++) rest -= factor[row * n + k]! * white[k]!;
      const value = rest / factor[row * n + row]!;
      white[row] = value;
      square += value * value;
    }
    return constant - square / 2;
  });
}

/** Returns mean + L epsilon for each row of `noise` ~ N(0, I). @param noise count × Nz @returns count × Nz */
export function gaussianDraws({ mean, factor }: Gaussian, noise: Float32Array): Float32Array {
  const n = mean.length;
  return noise.map((_, i) => {
    const row = i % n;
    let value = mean[row]!;
    for (let k = 0; k <= row; k++) value += factor[row * n + k]! * noise[i - row + k]!;
    return value;
  });
}

/** Returns the standard deviation of each coordinate: the square root of the covariance's diagonal. */
export function deviations({ mean, factor }: Gaussian): Float64Array {
  const n = mean.length;
  return mean.map((_, row) => {
    let sum = 0;
    for (let k = 0; k <= row; k++) sum += factor[row * n + k]! ** 2;
    return Math.sqrt(sum);
  });
}
