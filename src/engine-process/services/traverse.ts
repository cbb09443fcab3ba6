import type { EngineMethods, Traversals } from '../../protocol/engine';
import { RpcError } from '../../protocol/rpc';
import type { Params } from '../../protocol/rpc';
import { decodePictures } from '../../model/decode';
import { traversalPoints } from '../../model/traverse';
import type { AggregateCache } from './aggregate-cache';
import { decodeInTurns } from './decode-in-turns';
import type { EngineContext } from '../context';
import { checkCount, checkWhole, latentPoint } from './request-checks';

type Request = Params<EngineMethods, 'traverse'>;

const MAX_FRAMES = 101;

function checked({ dimensions, edits, frames }: Request, latent: number): void {
  checkWhole('frames', frames, 1, MAX_FRAMES);
  for (const dimension of [...dimensions, ...edits.map((edit) => edit.dimension)])
    checkWhole('dimension', dimension, 0, latent - 1);
  const odd = edits.find(({ value }) => !Number.isFinite(value));
  if (odd) throw new RpcError('bad-input', `edits: got ${odd.value}, expected a finite number`);
}

/** Traverses latent dimensions around a point, with the weights of one step. @throws RpcError for an invalid request */
export async function traverse(
  context: EngineContext,
  aggregates: AggregateCache,
  request: Request,
  signal: AbortSignal,
): Promise<Traversals> {
  const { around, edits, dimensions, frames, quantilesOf } = request;
  const { model, fitted } = await aggregates.newest(quantilesOf, signal);
  const { latent } = model.config.model;
  checked(request, latent);
  checkCount(model, dimensions.length * frames);
  const { origin, points, picture } = await context.scheduler.turn('evaluation', async () => {
    const start = around === null ? new Float32Array(latent) : await latentPoint(model, around);
    const all = traversalPoints(start, edits, dimensions, frames, fitted?.gaussian ?? null);
    return { origin: start, points: all, picture: await decodePictures(model, all.centre, 1) };
  });
  const { centre, values, z } = points;
  const pictures = await decodeInTurns(context, model, z, signal);
  return { origin, centre, picture, values, pictures, step: model.step };
}
