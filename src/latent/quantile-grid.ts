import { normalQuantiles } from './normal';

/**
 * The unit square's even grid through the inverse normal distribution function, in two latent dimensions; the others are
 * 0. Each cell has an equal share of the prior's mass there. The first row is the highest value of the second dimension,
 * as in a plot. @returns side² × Nz @throws RangeError for a dimension that there is not
 */
export function quantileGrid(
  latent: number,
  side: number,
  [across, up]: readonly [number, number],
): Float32Array {
  if (across >= latent || up >= latent) {
    throw new RangeError(`dimensions: got ${across} and ${up}, expected numbers below ${latent}`);
  }
  const z = new Float32Array(side * side * latent);
  const quantiles = normalQuantiles(side);
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const offset = (row * side + column) * latent;
      z[offset + across] = quantiles[column]!;
      if (up !== across) z[offset + up] = quantiles[side - 1 - row]!;
    }
  }
  return z;
}
