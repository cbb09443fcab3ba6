import type { Dataset } from '../datasets/dataset';
import { DRAWS_PER_BLOCK } from '../engine/engine';
import type { BlockNoise, Session } from '../engine/engine';
import { RandomStream } from '../random/stream';
import { LogSums } from '../statistics/log-sum';
import { meanOfValues } from '../statistics/moments';
import type { VaeConfig } from '../vae/config';

/** Maximum images and pixel values per engine call, so that a call takes about 100 ms. */
const MAX_BATCH_IMAGES = 250;
const MAX_PIXEL_VALUES = 2 ** 18;
/** Stride between the noise blocks of neighbouring images; exceeds the blocks of any image, so their noise never overlaps. */
const BLOCKS_PER_IMAGE = 2 ** 20;

export interface ImportanceOptions {
  readonly seed: number;
  /** k: draws per datapoint. */
  readonly k: number;
  /** Maximum images per engine call; the result depends on it in its last digits only. */
  readonly batch?: number;
}

/** The importance-weighted bound L_k: a lower bound on log p(x) that tightens with k. Nats per datapoint. */
export interface ImportanceSummary {
  readonly count: number;
  readonly k: number;
  readonly logLikelihood: number;
  /** Standard error of `logLikelihood` over datapoints. */
  readonly standardError: number;
  /** L_k per image, in the order of the rows. */
  readonly perImage: Float64Array;
}

/** Returns the noise of a block of draws: a seed if the engine draws noise itself, else the values. */
function noiseOf(drawsNoise: boolean, latent: number, seed: number) {
  const stream = new RandomStream(seed, 'importance');
  return (block: number, firstImage: number, count: number, draws: number): BlockNoise => {
    if (drawsNoise) return { seed, block, firstImage, draws };
    const given = new Float32Array(count * draws * latent);
    for (let i = 0; i < count; i++) {
      const own = stream.normals((firstImage + i) * BLOCKS_PER_IMAGE + block, draws * latent);
      given.set(own, i * own.length);
    }
    return { given, draws };
  };
}

/**
 * Computes L_k = mean over images of log (1/k) sum over i of p(x, z_i) / q(z_i|x), z_i from q(z|x) (Burda, Grosse &
 * Salakhutdinov 2016, eq. 8), with the weights in the session. Accumulates the sum as a logarithm, so memory does not grow
 * with k. An image's noise depends on the seed and its rank among the sorted rows, not on their order or the batch.
 * Yields progress in draws after each engine call; the weights must not change meanwhile.
 */
export async function* importanceRows(
  session: Session,
  { latent, inputSize }: Pick<VaeConfig, 'latent' | 'inputSize'>,
  dataset: Pick<Dataset, 'images'>,
  rows: Uint32Array,
  { seed, k, batch = MAX_BATCH_IMAGES }: ImportanceOptions,
): AsyncGenerator<{ readonly done: number; readonly total: number }, ImportanceSummary> {
  const places = Array.from(rows.keys()).sort((a, b) => rows[a]! - rows[b]!);
  const perImage = new Float64Array(rows.length);
  const size = Math.min(batch, Math.max(1, Math.floor(MAX_PIXEL_VALUES / inputSize)));
  const noise = noiseOf(await session.drawsNoise(), latent, seed);
  const total = rows.length * k;
  for (let first = 0; first < rows.length; first += size) {
    const chosen = places.slice(first, first + size);
    const count = chosen.length;
    const bytes = dataset.images.gather(chosen.map((place) => rows[place]!));
    const sums = new LogSums(count);
    for (let drawn = 0, block = 0; drawn < k; block++) {
      const draws = Math.min(DRAWS_PER_BLOCK, k - drawn);
      const weights = await session.importance(bytes, count, noise(block, first, count, draws));
      sums.add(weights.maximum, weights.sum);
      drawn += draws;
      yield { done: first * k + count * drawn, total };
    }
    sums.logMeans(k).forEach((value, i) => (perImage[chosen[i]!] = value));
  }
  const { mean, standardError } = meanOfValues(perImage);
  return { count: rows.length, k, logLikelihood: mean, standardError, perImage };
}
