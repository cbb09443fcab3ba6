import { readMetrics } from '../runs/metrics';
import { interpolate } from '../model/interpolate';
import type { Model } from '../model/model';

/** Decodes both paths through the posterior means of images (bytes of the model's shape each). */
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
 * The two latent dimensions with the largest KL at the newest validation, the smaller number first: those that the
 * model uses most. The same one twice where there is only one.
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

/** What a manifold shows, for people. */
export function describeDimensions([first, second]: readonly [number, number], latent: number): string {
  if (latent === 1) return 'manifold of the only latent dimension';
  if (latent === 2) return 'manifold of both latent dimensions';
  return `manifold of latent dimensions ${first} (across) and ${second} (up), the two with the largest KL of ${latent}; the others are 0`;
}
