import type { Model } from '../model/model';
import { RpcError } from '../protocol/rpc';

/** Returns the model with its newest weights. @throws RpcError `not-ready` while the run is being prepared */
export const modelOf = (source: { model(): Model | null }): Model => readyModel(source.model());

/** @throws RpcError `not-ready` if the model is null, because the run is still being prepared */
export function readyModel<T>(model: T | null): T {
  if (model !== null) return model;
  throw new RpcError('not-ready', 'the model is not ready yet: the run is still being prepared');
}
