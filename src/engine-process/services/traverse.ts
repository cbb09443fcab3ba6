import type { Traversals } from '../../protocol/engine';
import type { Params } from '../../protocol/rpc';
import { decodePictures } from '../../model/decode';
import { traversalPoints } from '../../latent/traversal-points';
import type { AggregateCache } from './aggregate-cache';
import { decodeInTurns } from './decode-in-turns';
import type { EngineContext } from '../context';
import { checkCount, checkDimensions, latentPoint } from './request-checks';
import type { EngineMethods } from '../../protocol/schemas/engine';

type Request = Params<EngineMethods, 'traverse'>;

/** Traverses latent dimensions around a point, with the weights of one step. @throws RpcError for an invalid request */
export async function traverse(
  context: EngineContext,
  aggregates: AggregateCache,
  { around, edits, dimensions, frames, quantilesOf }: Request,
  signal: AbortSignal,
): Promise<Traversals> {
  const { model, fitted } = await aggregates.newest(quantilesOf, signal);
  const { latent } = model.config.model;
  checkDimensions([...dimensions, ...edits.map((edit) => edit.dimension)], latent);
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
