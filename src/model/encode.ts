import type { Pictures } from '../domain/pictures';
import { RandomStream } from '../random/stream';
import { decodePictures } from './decode';
import { repeatNoise } from './repeat-noise';
import type { Model } from './model';
import { unknownBounds } from './unknown-bounds';

/** Draws of epsilon per image for the bound on its card; its standard error is then well below a nat. */
const BOUND_DRAWS = 64;
const BATCH_IMAGES = 16;

/** Posterior, reconstruction and bound of one image; bounds in nats, NaN for a model whose likelihood is not known. */
export interface ImageEncoding {
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
  readonly klPerDimension: Float32Array;
  readonly elbo: number;
  readonly reconstruction: number;
  readonly kl: number;
  /** Decoded from the posterior mean. */
  readonly reconstructed: Pictures;
}

/** Encodes images and evaluates their bounds. @param pixels count images of the model's shape, as bytes */
export async function encodeImages(
  model: Model,
  pixels: Uint8Array,
  count: number,
): Promise<ImageEncoding[]> {
  const { latent, inputSize } = model.config.model;
  const result: ImageEncoding[] = [];
  const noise = new RandomStream(model.config.seed, 'evaluate').normals(0, BOUND_DRAWS * latent);
  for (let first = 0; first < count; first += BATCH_IMAGES) {
    const size = Math.min(BATCH_IMAGES, count - first);
    const bytes = pixels.subarray(first * inputSize, (first + size) * inputSize);
    const { mean, logVariance } = await model.session.encode(bytes, size);
    const reconstructed = await decodePictures(model, mean, size);
    // All images share the same noise, so an image's bound does not depend on its batch.
    const epsilon = repeatNoise(noise, size, latent);
    const bounds =
      model.config.opened === undefined
        ? await model.session.evaluate(bytes, size, epsilon, BOUND_DRAWS)
        : unknownBounds(mean, logVariance, size);
    for (let i = 0; i < size; i++) {
      const own = (values: Float32Array): Float32Array => values.slice(i * latent, (i + 1) * latent);
      const klPerDimension = own(bounds.klPerDimension);
      const kl = klPerDimension.reduce((sum, value) => sum + value, 0);
      const reconstruction = bounds.reconstruction[i]!;
      result.push({
        mean: own(mean),
        logVariance: own(logVariance),
        klPerDimension,
        elbo: reconstruction - kl,
        reconstruction,
        kl,
        reconstructed: {
          ...model.shape,
          count: 1,
          bytes: reconstructed.bytes.slice(i * inputSize, (i + 1) * inputSize),
        },
      });
    }
  }
  return result;
}
