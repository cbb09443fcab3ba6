import type { ImageCard } from '../../domain/pictures';
import { encodeImages } from '../../model/encode';
import type { Model } from '../../model/model';

/** Computes the posterior, the reconstruction and the bound of one image. @param bytes in the model's shape */
export async function cardOf(model: Model, bytes: Uint8Array): Promise<Omit<ImageCard, 'uri' | 'name'>> {
  const [encoding] = await encodeImages(model, bytes, 1);
  const { mean, logVariance, klPerDimension, elbo, reconstruction, kl, reconstructed } = encoding!;
  return {
    original: { ...model.shape, count: 1, bytes },
    reconstructed,
    mean,
    standardDeviation: logVariance.map((value) => Math.exp(value / 2)),
    klPerDimension,
    elbo,
    reconstruction,
    kl,
    step: model.step,
  };
}
