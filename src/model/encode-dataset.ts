import { SPLIT_NAMES } from '../domain/split';
import type { Dataset } from '../datasets/dataset';
import { splitDataset } from '../datasets/split';
import { RandomStream } from '../random/stream';
import type { Latents } from '../runs/latents';
import type { Model } from './model';
import { repeatNoise } from './repeat-noise';
import { unknownBounds } from './unknown-bounds';

/** Draws of epsilon per image: colours and ranks need the bound only to about a nat. */
const BOUND_DRAWS = 4;
/** Maximum pixel values decoded per engine call, so that a call takes at most about 100 ms. */
const MAX_CALL_VALUES = 800_000;
const MAX_BATCH_IMAGES = 250;

/**
 * Computes the posterior mean, log-variance and bound of every image, with the weights in the session. Yields after each
 * batch; the weights must not change meanwhile.
 * @param dataset in the model's shape, after `binarised`
 */
export async function* encodeDataset(
  model: Pick<Model, 'config' | 'session' | 'step'>,
  dataset: Dataset,
): AsyncGenerator<{ readonly done: number }, Latents> {
  const { session, config, step } = model;
  const { latent, inputSize } = config.model;
  const { count } = dataset;
  const mean = new Float32Array(count * latent);
  const logVariance = new Float32Array(count * latent);
  const elbo = new Float32Array(count);
  const batch = Math.max(
    1,
    Math.min(MAX_BATCH_IMAGES, Math.floor(MAX_CALL_VALUES / (BOUND_DRAWS * inputSize))),
  );
  // All images share the same noise, so an image's bound does not depend on its position in the dataset.
  const noise = new RandomStream(config.seed, 'evaluate').normals(0, BOUND_DRAWS * latent);
  for (let first = 0; first < count; first += batch) {
    const size = Math.min(batch, count - first);
    const images = dataset.images.range(first, size);
    const posterior = await session.encode(images, size);
    mean.set(posterior.mean, first * latent);
    logVariance.set(posterior.logVariance, first * latent);
    const bounds =
      config.opened === undefined
        ? await session.evaluate(images, size, repeatNoise(noise, size, latent), BOUND_DRAWS)
        : unknownBounds(posterior.mean, posterior.logVariance, size);
    for (let i = 0; i < size; i++) {
      const kl = bounds.klPerDimension.subarray(i * latent, (i + 1) * latent);
      elbo[first + i] = bounds.reconstruction[i]! - kl.reduce((sum, value) => sum + value, 0);
    }
    yield { done: first + size };
  }
  return {
    ...{ step, fingerprint: dataset.fingerprint, dimensions: latent, mean, logVariance, elbo },
    ids: Array.from({ length: count }, (_, i) => dataset.id(i)),
    labels: dataset.labels ?? null,
    splits: splitNumbers(splitDataset(dataset, config.data.split), count),
  };
}

/** Returns each image's split: 0 train, 1 validation, 2 test. */
function splitNumbers(split: ReturnType<typeof splitDataset>, count: number): Uint8Array {
  const numbers = new Uint8Array(count);
  SPLIT_NAMES.forEach((name, number) => split[name].forEach((row) => (numbers[row] = number)));
  return numbers;
}
