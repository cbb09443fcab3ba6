import type { BlockNoise, ImageBounds } from './engine';

/**
 * Returns the bound terms of each image with the reconstruction averaged over the draws, for engines that evaluate one draw per
 * call.
 * @param noise draws × count × Nz @param evaluate computes the terms for the noise of one draw, count × Nz
 */
export async function averageOverDraws(
  noise: Float32Array,
  draws: number,
  evaluate: (noise: Float32Array) => ImageBounds | Promise<ImageBounds>,
): Promise<ImageBounds> {
  const size = noise.length / draws;
  const first = await evaluate(noise.subarray(0, size));
  const sums = Float64Array.from(first.reconstruction);
  for (let draw = 1; draw < draws; draw++) {
    const { reconstruction } = await evaluate(noise.subarray(draw * size, (draw + 1) * size));
    reconstruction.forEach((term, i) => (sums[i]! += term));
  }
  return {
    reconstruction: Float32Array.from(sums, (sum) => sum / draws),
    klPerDimension: first.klPerDimension,
  };
}

/** Returns the given noise, for engines that cannot draw their own. @throws Error for a seed */
export function givenNoise(noise: BlockNoise): Float32Array {
  if ('given' in noise) return noise.given;
  throw new Error('this engine draws no noise: got a seed, expected the numbers themselves');
}
