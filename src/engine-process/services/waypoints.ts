import type { DiagonalGaussian } from '../../latent/nearest';
import type { Waypoint } from '../../protocol/schemas/values';
import { RpcError } from '../../protocol/rpc';
import type { Model } from '../../model/model';
import { uriOf } from './dataset-images';
import type { DatasetImages } from './dataset-images';
import type { EncodedDataset } from '../map/encoded-dataset';
import { imageAt, latentPoint } from './request-checks';

/** Returns the given latent point, or an image's posterior mean with this model's weights (Nz). @throws RpcError */
export async function pointOf(
  images: DatasetImages,
  model: Model,
  waypoint: Waypoint,
): Promise<Float32Array> {
  if (!('id' in waypoint)) return latentPoint(model, waypoint);
  const { bytes } = await images.pictures([waypoint.id]);
  return (await model.session.encode(bytes, 1)).mean;
}

/**
 * Returns the image's posterior and id from the encoded dataset if present, otherwise encodes it with the current weights.
 * @throws RpcError `not-found` for an unknown id, `bad-input` for a latent point
 */
export async function posteriorOf(
  images: DatasetImages,
  { latents }: EncodedDataset,
  model: Model,
  of: Waypoint,
): Promise<DiagonalGaussian & { readonly id: string | null }> {
  if ('z' in of) throw new RpcError('bad-input', 'of: got a point, expected an image');
  const dataset = images.now;
  const row =
    'id' in of
      ? latents.ids.indexOf(of.id)
      : dataset === null
        ? -1
        : latents.ids.findIndex((id) => uriOf(dataset, id) === of.uri);
  if (row >= 0) {
    const n = latents.dimensions;
    const own = (values: Float32Array): Float32Array => values.slice(row * n, (row + 1) * n);
    return { id: latents.ids[row]!, ...posterior(own(latents.mean), own(latents.logVariance)) };
  }
  if ('id' in of) throw new RpcError('not-found', `the map has no image '${of.id.slice(0, 200)}'`);
  const { mean, logVariance } = await model.session.encode(await imageAt(model, of.uri), 1);
  return { id: null, ...posterior(mean, logVariance) };
}

const posterior = (mean: Float32Array, logVariance: Float32Array): DiagonalGaussian => ({
  mean,
  standardDeviation: logVariance.map((value) => Math.exp(value / 2)),
});
