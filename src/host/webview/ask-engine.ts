import type { EngineMethods } from '../../protocol/engine';
import { RpcError } from '../../protocol/rpc';
import type { MethodName, Params, Result } from '../../protocol/rpc';
import type { Engines } from '../engines/engines';
import type { Translate } from '../format';

/** Asks the engine of the current run. @throws RpcError `not-ready` where there is no model to ask */
export type AskEngine = <K extends MethodName<EngineMethods>>(
  method: K,
  params: Params<EngineMethods, K>,
  signal?: AbortSignal,
) => Promise<Result<EngineMethods, K>>;

/** @param answering the current run, once it has an engine to ask */
export function engineAsker(
  engines: Engines,
  answering: () => Promise<string | null>,
  t: Translate,
): AskEngine {
  return async (method, params, signal) => {
    const runFolder = await answering();
    if (runFolder === null) {
      throw new RpcError('not-ready', t('There is no model to ask: the run has no checkpoint yet.'));
    }
    return engines.ask(runFolder, method, params, signal);
  };
}
