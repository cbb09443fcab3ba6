import type { BlockNoise, ImageBounds } from './engine';

/** Rows of a call that evaluates several draws: with fewer, an engine's calls take longer than its sums. */
const ROWS_PER_CALL = 128;

/** Images as rows of bytes, and noise for each draw from their posteriors, as for `Session.evaluate`. */
interface ImageDraws {
  readonly images: Uint8Array;
  readonly count: number;
  /** draws × count × Nz */
  readonly noise: Float32Array;
  readonly draws: number;
}

/**
 * Returns the bound terms of each image with the reconstruction averaged over the draws, for engines that evaluate one draw of each
 * row. Few images are given to a call several times, for as many draws.
 * @param evaluate computes the terms of `count` images for the noise of one draw each, count × Nz
 */
export async function averageOverDraws(
  { images, count, noise, draws }: ImageDraws,
  evaluate: (images: Uint8Array, count: number, noise: Float32Array) => ImageBounds | Promise<ImageBounds>,
): Promise<ImageBounds> {
  const perDraw = noise.length / draws;
  const drawsPerCall = Math.min(draws, Math.max(1, Math.floor(ROWS_PER_CALL / count)));
  const rows = repeated(images, drawsPerCall);
  const sums = new Float64Array(count);
  let klPerDimension = new Float32Array(0);
  for (let draw = 0; draw < draws; draw += drawsPerCall) {
    const own = Math.min(drawsPerCall, draws - draw);
    const terms = await evaluate(
      rows.subarray(0, own * images.length),
      own * count,
      noise.subarray(draw * perDraw, (draw + own) * perDraw),
    );
    terms.reconstruction.forEach((term, i) => (sums[i % count]! += term));
    if (draw === 0) klPerDimension = terms.klPerDimension.slice(0, perDraw);
  }
  return { reconstruction: Float32Array.from(sums, (sum) => sum / draws), klPerDimension };
}

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  if (times === 1) return bytes;
  const result = new Uint8Array(times * bytes.length);
  for (let i = 0; i < times; i++) result.set(bytes, i * bytes.length);
  return result;
}

/** Returns the given noise, for engines that cannot draw their own. @throws Error for a seed */
export function givenNoise(noise: BlockNoise): Float32Array {
  if ('given' in noise) return noise.given;
  throw new Error('this engine draws no noise: got a seed, expected the numbers themselves');
}
