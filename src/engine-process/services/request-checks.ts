import { fileURLToPath } from 'node:url';
import { pageOfUri } from '../../domain/page-id';
import { RpcError } from '../../protocol/rpc';
import { loadModelInput } from '../../model/load-model-input';
import type { Model } from '../../model/model';
import type { PathEnd } from '../../protocol/schemas/values';

/** Maximum bytes of pictures or points per reply; socket frames are limited to 64 MiB. */
const MAX_ANSWER_BYTES = 24 * 1024 * 1024;

/** Loads an image file, or a page of it, in the model's shape, binarised like the training images. @param uri see `pageOfUri` */
export function imageAt(model: Model, uri: string): Promise<Uint8Array> {
  return loadModelInput(model, fileURLToPath(uri), pageOfUri(uri));
}

/** Returns the given latent point, or an image's posterior mean (Nz). @throws RpcError `bad-input` for a wrong dimension */
export async function latentPoint(model: Model, end: PathEnd): Promise<Float32Array> {
  const { latent } = model.config.model;
  if ('uri' in end) {
    return (await model.session.encode(await imageAt(model, end.uri), 1)).mean;
  }
  if (end.z.length !== latent) {
    throw new RpcError('bad-input', `got ${end.z.length} coordinates, expected ${latent}`);
  }
  return end.z;
}

/** Checks that the model has these latent dimensions. @throws RpcError `bad-input` */
export function checkDimensions(dimensions: readonly number[], latent: number): void {
  const wrong = dimensions.find((dimension) => dimension >= latent);
  if (wrong === undefined) return;
  throw new RpcError('bad-input', `dimension: got ${wrong}, expected a whole number from 0 to ${latent - 1}`);
}

/** Checks that points fit in one reply with their pictures. @throws RpcError `bad-input` */
export function checkCount(model: Model, count: number): void {
  const { latent, inputSize } = model.config.model;
  const limit = Math.floor(MAX_ANSWER_BYTES / Math.max(inputSize, latent * Float32Array.BYTES_PER_ELEMENT));
  if (count <= limit) return;
  throw new RpcError('bad-input', `got ${count} points to decode, expected at most ${limit} for this model`);
}
