import { RpcError } from '../../protocol/rpc';
import type { Handlers, Transport } from '../../protocol/rpc';
import { envelope } from '../../protocol/schemas/envelope';
import { withOwnBuffers } from '../../shared/own-buffers';
import type { RejectedMessages } from './rejected-messages';

/** The part of `vscode.Webview` that is used here. */
export interface MessagePort {
  postMessage(message: unknown): PromiseLike<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => unknown): { dispose(): void };
}

/** RPC transport over a webview; rejects any message but calls and cancellations. */
export function webviewTransport(
  port: MessagePort,
  closed: Promise<void>,
  refusals: RejectedMessages,
): Transport {
  let subscription: { dispose(): void } | undefined;
  let open = true;
  const close = (): void => {
    open = false;
    subscription?.dispose();
  };
  void closed.then(close);
  return {
    post(message) {
      if (!open) return;
      // A closing view rejects messages; ignore that.
      port.postMessage(withOwnBuffers(message)).then(undefined, () => undefined);
    },
    listen(receive) {
      subscription = port.onDidReceiveMessage((message) => {
        const parsed = envelope.safeParse(message);
        if (parsed.success) receive(parsed.data);
        else refusals.say('envelope', 'expected a call or a cancel');
      });
    },
    dispose: close,
    closed,
  };
}

/** Wraps handlers: what they refuse as `bad-input` is logged, because a page of ours sends no such messages. */
export function logged<M>(handlers: Handlers<M>, refusals: RejectedMessages): Handlers<M> {
  type Handler = (params: unknown, signal: AbortSignal) => unknown;
  const entries = Object.entries(handlers as Record<string, Handler>).map(([method, handle]) => [
    method,
    async (params: unknown, signal: AbortSignal): Promise<unknown> => {
      try {
        return await handle(params, signal);
      } catch (error) {
        if (error instanceof RpcError && error.code === 'bad-input') refusals.say(method, error.message);
        throw error;
      }
    },
  ]);
  return Object.fromEntries(entries) as Handlers<M>;
}
