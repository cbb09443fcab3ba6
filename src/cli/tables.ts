import type { Bound } from '../domain/metrics';
import { csvField } from '../shared/csv-field';
import { float32Text } from '../text/float32-text';

/** Result of `vae encode` for one image: bounds in nats, and the posterior's mean and log-variance (Nz numbers each). */
export interface EncodedRow extends Bound {
  /** Path as given by the user. */
  readonly id: string;
  readonly mean: Float32Array;
  readonly logVariance: Float32Array;
}

/** Formats images as CSV, one per line: `id,elbo,reconstruction,kl,mean_0,...,logvariance_0,...`, at full float32 precision. */
export function encodedToCsv(images: readonly EncodedRow[]): string {
  const latent = images[0]?.mean.length ?? 0;
  const numbered = (name: string): string[] => Array.from({ length: latent }, (_, i) => `${name}_${i}`);
  const header = ['id', 'elbo', 'reconstruction', 'kl', ...numbered('mean'), ...numbered('logvariance')];
  const rows = images.map((image) => [
    csvField(image.id),
    ...[image.elbo, image.reconstruction, image.kl, ...image.mean, ...image.logVariance].map(float32Text),
  ]);
  return [header, ...rows].map((row) => row.join(',') + '\n').join('');
}

/** Converts images to objects for JSON. */
export function encodedToObjects(images: readonly EncodedRow[]): object[] {
  return images.map(({ id, elbo, reconstruction, kl, mean, logVariance }) => ({
    ...{ id, elbo, reconstruction, kl },
    mean: Array.from(mean, shortened),
    logVariance: Array.from(logVariance, shortened),
  }));
}

/** Packs images into a float32 array of shape [n, 2, Nz], flattened: each image's mean, then its log-variance. */
export function encodedToArray(images: readonly EncodedRow[]): Float32Array {
  const latent = images[0]?.mean.length ?? 0;
  const values = new Float32Array(images.length * 2 * latent);
  images.forEach((image, i) => {
    values.set(image.mean, 2 * i * latent);
    values.set(image.logVariance, (2 * i + 1) * latent);
  });
  return values;
}

function shortened(value: number): number {
  return Number(float32Text(value));
}
