import type { EngineMethods, Samples } from '../../protocol/engine';
import type { Params } from '../../protocol/rpc';
import { samplePoints } from '../../model/sample-latent';
import type { AggregateCache } from './aggregate-cache';
import { decodeInTurns } from './decode-in-turns';
import type { EngineContext } from '../context';
import { checkCount, checkWhole } from './request-checks';

type Request = Params<EngineMethods, 'sample'>;

/** Decodes random draws from the prior or the aggregate posterior, with the weights of one step. @throws RpcError */
export async function sample(
  context: EngineContext,
  aggregates: AggregateCache,
  { from, count, seed }: Request,
  signal: AbortSignal,
): Promise<Samples> {
  checkWhole('count', count, 1, 10_000);
  checkWhole('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  const { model, fitted } = await aggregates.newest(from, signal);
  checkCount(model, count);
  const z = samplePoints(model.config.model.latent, count, seed, fitted?.gaussian ?? null);
  const pictures = await decodeInTurns(context, model, z, signal);
  return { z, pictures, step: model.step, fittedOn: fitted?.images ?? null };
}
