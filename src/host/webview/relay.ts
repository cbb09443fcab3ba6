import { RELAYED_METHODS } from '../../protocol/schemas/panel';
import type { RelayedMethods } from '../../protocol/schemas/panel';
import type { EngineMethods } from '../../protocol/schemas/engine';
import type { Handlers, MethodName, Params, Result } from '../../protocol/rpc';

/** Sends a request to the engine of the current run. @throws RpcError `not-ready` if there is no model to query */
export type AskEngine = <K extends MethodName<EngineMethods>>(
  method: K,
  params: Params<EngineMethods, K>,
  signal?: AbortSignal,
) => Promise<Result<EngineMethods, K>>;

/**
 * Passes methods on to the engine of the current run, which checks their arguments.
 * @param permit checks the image files in an argument: a webview must not make the engine read others
 */
export function relayed(
  ask: AskEngine,
  permit: (uris: readonly unknown[]) => void,
): Handlers<RelayedMethods> {
  const entries = RELAYED_METHODS.map((method) => [
    method,
    async (params: never, signal: AbortSignal): Promise<unknown> => {
      permit(urisIn(params));
      return ask(method, params, signal);
    },
  ]);
  return Object.fromEntries(entries) as Handlers<RelayedMethods>;
}

/** Returns all that an argument has under the names `uri` and `uris`, at any depth. */
function urisIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (name === 'uri') return [inner];
    return name === 'uris' && Array.isArray(inner) ? (inner as unknown[]) : urisIn(inner);
  });
}
