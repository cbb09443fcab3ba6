import { fileURLToPath } from 'node:url';
import type { PathEnd } from '../protocol/engine';
import type { Pictures } from '../protocol/pictures';
import { RpcError } from '../protocol/rpc';
import { decodePictures } from '../train/decode';
import { imageFileFor } from '../train/imageFile';
import type { Model } from '../train/model';
import type { Desk } from './desk';

/** Points that are decoded in one turn of the scheduler: what a person's drag may have to wait for. */
const POINTS_PER_TURN = 25;
/** Most bytes of pictures or of points in one answer; a frame of the socket has at most 64 MiB. */
const MOST_BYTES = 24 * 1024 * 1024;

export function pathOf(uri: string): string {
  if (!uri.startsWith('file:')) throw new RpcError('bad-input', `got '${uri}', expected a file: URI`);
  return fileURLToPath(uri);
}

/** An image file as the model sees it. */
export function imageAt(model: Model, uri: string): Promise<Uint8Array> {
  return imageFileFor(model, pathOf(uri));
}

/** A point that is given, or the posterior mean of an image. @throws RpcError `bad-input` for one of other dimensions */
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

/** @throws RpcError `bad-input` */
export function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const expected = `expected a whole number from ${least} to ${most}`;
  throw new RpcError('bad-input', `${name}: got ${value}, ${expected}`);
}

/** @throws RpcError `bad-input` for more points than fit in an answer with their pictures */
export function checkCount(model: Model, count: number): void {
  const { latent, inputSize } = model.config.model;
  const most = Math.floor(MOST_BYTES / Math.max(inputSize, latent * Float32Array.BYTES_PER_ELEMENT));
  if (count <= most) return;
  throw new RpcError('bad-input', `got ${count} points to decode, expected at most ${most} for this model`);
}

/**
 * Decodes many points, some in each turn of the scheduler; each next turn follows at once, before training, so that all
 * are decoded with the same weights. @param z count × Nz @throws the signal's reason once it is aborted
 */
export async function decodeInTurns(
  desk: Pick<Desk, 'scheduler'>,
  model: Model,
  z: Float32Array,
  signal: AbortSignal,
): Promise<Pictures> {
  const { latent, inputSize } = model.config.model;
  const count = z.length / latent;
  const bytes = new Uint8Array(count * inputSize);
  for (let first = 0; first < count; first += POINTS_PER_TURN) {
    signal.throwIfAborted();
    const size = Math.min(POINTS_PER_TURN, count - first);
    const points = z.subarray(first * latent, (first + size) * latent);
    const pictures = await desk.scheduler.turn('evaluation', () => decodePictures(model, points, size));
    bytes.set(pictures.bytes, first * inputSize);
  }
  return { ...model.shape, count, bytes };
}
