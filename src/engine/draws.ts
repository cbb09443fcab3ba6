import type { BlockNoise, ImageBounds } from './engine';

/**
 * Terms of the bound of each image with the reconstruction averaged over the draws, for an engine that does one draw a call.
 * @param noise draws × count × Nz @param evaluate of count × Nz numbers of it
 */
export function averageOverDraws(
  noise: Float32Array,
  draws: number,
  evaluate: (noise: Float32Array) => ImageBounds,
): ImageBounds {
  const size = noise.length / draws;
  const first = evaluate(noise.subarray(0, size));
  const sums = Float64Array.from(first.reconstruction);
  for (let draw = 1; draw < draws; draw++) {
    const { reconstruction } = evaluate(noise.subarray(draw * size, (draw + 1) * size));
    reconstruction.forEach((term, i) => (sums[i]! += term));
  }
  return {
    reconstruction: Float32Array.from(sums, (sum) => sum / draws),
    klPerDimension: first.klPerDimension,
  };
}

/** For an engine that draws no noise. @throws Error where it is asked to */
export function givenNoise(noise: BlockNoise): Float32Array {
  if ('given' in noise) return noise.given;
  throw new Error('this engine draws no noise: got a seed, expected the numbers themselves');
}
