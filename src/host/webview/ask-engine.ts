import type { EngineMethods } from '../../protocol/engine';
import { RpcError } from '../../protocol/rpc';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { Engines } from '../engines/engines';
import type { Translate } from '../format';

/** Sends a request to the engine of the current run. @throws RpcError `not-ready` if there is no model to query */
export type AskEngine = <K extends MethodName<EngineMethods>>(
  method: K,
  params: Params<EngineMethods, K>,
  signal?: AbortSignal,
) => Promise<Result<EngineMethods, K>>;

/**
 * Returns a function that queries the engine of the current run.
 * @param answering returns the current run if it has an engine to query
 */
export function engineAsker(
  engines: Engines,
  answering: () => Promise<string | null>,
  t: Translate,
): AskEngine {
  return async (method, params, signal) => {
    const runFolder = await answering();
    if (runFolder === null) {
      throw new RpcError('not-ready', t('The model is not available: the run has no checkpoint yet.'));
    }
    return engines.ask(runFolder, method, params, signal);
  };
}
