import { readMetrics } from '../runs/metrics';
import { interpolate } from '../model/interpolate';
import type { Model } from '../model/model';

/** Decodes the linear and the spherical path through the posterior means of images (each given as bytes in the model's shape). */
export async function interpolateImages(
  model: Model,
  images: readonly Uint8Array[],
  frames: number,
): ReturnType<typeof interpolate> {
  const waypoints: Float32Array[] = [];
  for (const image of images) waypoints.push((await model.session.encode(image, 1)).mean);
  return interpolate(model, waypoints, frames);
}

/**
 * Returns the two latent dimensions with the largest KL at the newest validation, which the model uses most, in ascending
 * order. With only one latent dimension, returns it twice.
 */
export async function mainDimensions(model: Model, runFolder: string): Promise<[number, number]> {
  const { latent } = model.config.model;
  if (latent === 1) return [0, 0];
  if (latent === 2) return [0, 1];
  const row = (await readMetrics(runFolder)).findLast((candidate) => candidate.type === 'validation');
  const kl = row?.type === 'validation' ? row.klPerDimension : [];
  const order = Array.from({ length: latent }, (_, i) => i).sort((a, b) => (kl[b] ?? 0) - (kl[a] ?? 0));
  const [first, second] = order.slice(0, 2).sort((a, b) => a - b) as [number, number];
  return [first, second];
}

/** Describes the dimensions that a manifold shows. */
export function describeDimensions([first, second]: readonly [number, number], latent: number): string {
  if (latent === 1) return 'manifold of the only latent dimension';
  if (latent === 2) return 'manifold of both latent dimensions';
  return `manifold of latent dimensions ${first} (across) and ${second} (up), the two with the largest KL of ${latent}; the others are 0`;
}
