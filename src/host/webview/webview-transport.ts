import { RpcError } from '../../protocol/rpc';
import type { Handlers, MethodName, Transport } from '../../protocol/rpc';
import { envelopeSchema } from './schemas';
import type { Schemas } from './schemas';
import type { RejectedMessages } from './rejected-messages';

/** The part of `vscode.Webview` that is used here. */
export interface MessagePort {
  postMessage(message: unknown): PromiseLike<boolean>;
  onDidReceiveMessage(listener: (message: unknown) => unknown): { dispose(): void };
}

/**
 * Copies arrays into buffers that hold nothing else: VS Code sends the whole buffer behind a view, and does not support
 * `Buffer`.
 */
export function withOwnBuffers(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) {
    if (value instanceof Float32Array) return value.slice();
    if (value instanceof Int32Array || value instanceof Uint32Array || value instanceof Float64Array)
      return value.slice();
    return Uint8Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }
  if (Array.isArray(value)) return value.map(withOwnBuffers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withOwnBuffers(inner)]));
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
        const parsed = envelopeSchema.safeParse(message);
        if (parsed.success) receive(parsed.data);
        else refusals.say('envelope', 'expected a call or a cancel');
      });
    },
    dispose: close,
    closed,
  };
}

/** Wraps handlers with schema validation; invalid arguments are answered with `bad-input`. */
export function validated<M extends object>(
  schemas: Schemas<M>,
  handlers: Handlers<M>,
  refusals: RejectedMessages,
): Handlers<M> {
  const table = handlers as Record<string, (params: unknown, signal: AbortSignal) => unknown>;
  const entries = Object.keys(schemas).map((method) => [
    method,
    async (params: unknown, signal: AbortSignal): Promise<unknown> => {
      const parsed = schemas[method as MethodName<M>].safeParse(params);
      if (!parsed.success) {
        const issue = parsed.error.issues[0];
        const why = `${issue?.path.join('.') || 'argument'}: ${issue?.message ?? 'invalid'}`;
        refusals.say(method, why);
        throw new RpcError('bad-input', `${method}: ${why}`);
      }
      try {
        return await table[method]!(parsed.data, signal);
      } catch (error) {
        if (error instanceof RpcError && error.code === 'bad-input') refusals.say(method, error.message);
        throw error;
      }
    },
  ]);
  return Object.fromEntries(entries) as Handlers<M>;
}
