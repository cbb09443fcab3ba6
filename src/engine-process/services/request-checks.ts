import { fileURLToPath } from 'node:url';
import { RpcError } from '../../protocol/rpc';
import { loadModelInput } from '../../model/load-model-input';
import type { Model } from '../../model/model';
import type { PathEnd } from '../../protocol/points';

/** Maximum bytes of pictures or points per reply; socket frames are limited to 64 MiB. */
const MAX_ANSWER_BYTES = 24 * 1024 * 1024;

export function pathOf(uri: string): string {
  if (!uri.startsWith('file:')) throw new RpcError('bad-input', `got '${uri}', expected a file: URI`);
  return fileURLToPath(uri);
}

/** Loads an image file in the model's shape, binarised like the training images. */
export function imageAt(model: Model, uri: string): Promise<Uint8Array> {
  return loadModelInput(model, pathOf(uri));
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

/** Checks that a parameter is a whole number from `least` to `most`. @throws RpcError `bad-input` */
export function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const expected = `expected a whole number from ${least} to ${most}`;
  throw new RpcError('bad-input', `${name}: got ${value}, ${expected}`);
}

/** Checks that points fit in one reply with their pictures. @throws RpcError `bad-input` */
export function checkCount(model: Model, count: number): void {
  const { latent, inputSize } = model.config.model;
  const most = Math.floor(MAX_ANSWER_BYTES / Math.max(inputSize, latent * Float32Array.BYTES_PER_ELEMENT));
  if (count <= most) return;
  throw new RpcError('bad-input', `got ${count} points to decode, expected at most ${most} for this model`);
}
