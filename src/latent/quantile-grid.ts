import { normalQuantiles } from './normal';

/**
 * Maps an even grid on the unit square through the inverse normal distribution function to two latent dimensions; the others
 * are 0. Each cell has an equal share of the prior's mass in these dimensions. The first row has the highest value of the
 * second dimension, as in a plot. @returns side² × Nz @throws RangeError if a dimension does not exist
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
