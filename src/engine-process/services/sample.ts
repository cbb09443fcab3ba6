import type { Samples } from '../../protocol/engine';
import type { Params } from '../../protocol/rpc';
import { samplePoints } from '../../model/sample-latent';
import type { AggregateCache } from './aggregate-cache';
import { decodeInTurns } from './decode-in-turns';
import type { EngineContext } from '../context';
import { checkCount } from './request-checks';
import type { EngineMethods } from '../../protocol/schemas/engine';

type Request = Params<EngineMethods, 'sample'>;

/** Decodes random draws from the prior or the aggregate posterior, with the weights of one step. @throws RpcError */
export async function sample(
  context: EngineContext,
  aggregates: AggregateCache,
  { from, count, seed }: Request,
  signal: AbortSignal,
): Promise<Samples> {
  const { model, fitted } = await aggregates.newest(from, signal);
  checkCount(model, count);
  const z = samplePoints(model.config.model.latent, count, seed, fitted?.gaussian ?? null);
  const pictures = await decodeInTurns(context, model, z, signal);
  return { z, pictures, step: model.step, fittedOn: fitted?.images ?? null };
}
