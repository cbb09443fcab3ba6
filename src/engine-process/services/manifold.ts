import type { Manifold } from '../../protocol/engine';
import { RpcError } from '../../protocol/rpc';
import type { Params } from '../../protocol/rpc';
import type { Model } from '../../model/model';
import { surfaceGrid } from '../../model/latent-grid';
import type { SurfaceGrid } from '../../model/latent-grid';
import { decodeInTurns } from './decode-in-turns';
import { modelOf } from '../ready-model';
import type { EngineContext } from '../context';
import type { EngineMethods } from '../../protocol/schemas/engine';
import type { PathEnd } from '../../protocol/schemas/values';
import { checkCount, checkDimensions, latentPoint } from './request-checks';

type Request = Params<EngineMethods, 'manifold'>;

async function grid(model: Model, { surface, side }: Request): Promise<SurfaceGrid> {
  const { latent } = model.config.model;
  checkCount(model, side * side);
  if ('dimensions' in surface) {
    checkDimensions(surface.dimensions, latent);
    return surfaceGrid(latent, side, surface);
  }
  const [a, b, c] = surface.through;
  const point = (end: PathEnd): Promise<Float32Array> => latentPoint(model, end);
  const through = [await point(a), await point(b), await point(c)] as const;
  try {
    return surfaceGrid(latent, side, { through });
  } catch (error) {
    // Collinear or coinciding posterior means span no plane: an invalid request, not a failure.
    throw error instanceof RangeError ? new RpcError('bad-input', error.message) : error;
  }
}

/** Decodes a grid over a latent surface, with the weights of one step. @throws RpcError for an invalid request */
export async function manifold(
  context: EngineContext,
  request: Request,
  signal: AbortSignal,
): Promise<Manifold> {
  const { model, points } = await context.scheduler.turn('evaluation', async () => {
    const newest = modelOf(context);
    return { model: newest, points: await grid(newest, request) };
  });
  return { ...points, pictures: await decodeInTurns(context, model, points.z, signal), step: model.step };
}
