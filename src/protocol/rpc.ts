/**
 * Remote calls over any transport. A protocol is an interface of methods, from which the messages are derived. A call never
 * hangs on failure: an error thrown by its handler, a cancellation and a closed transport all settle it.
 */

/** A protocol's methods: one argument (an object), one asynchronous result. */
export type Methods = object;
export type MethodName<M> = Extract<keyof M, string>;
type AnyMethod = (params: never) => unknown;
export type Params<M, K extends keyof M> = M[K] extends (params: infer P) => unknown ? P : never;
export type Result<M, K extends keyof M> = M[K] extends AnyMethod ? Awaited<ReturnType<M[K]>> : never;

const FAILURE_CODES = [
  /** The argument is wrong; the message says what was got and what is expected. */
  'bad-input',
  /** The caller gave up. */
  'cancelled',
  /** The other side is gone. */
  'closed',
  /** Any other error. */
  'failed',
  /** The folder holds no run any more. */
  'no-run',
  /** The workspace is not trusted. */
  'not-allowed',
  'not-found',
  /** There is no model yet, or the images are not encoded yet. */
  'not-ready',
  /** The engine does not train. */
  'not-training',
  /** The two sides speak different versions of the protocol. */
  'other-version',
  /** The caller has not proved who it is. */
  'refused',
  /** A newer request, or a newer encoding of the images, has replaced what this one was about. */
  'superseded',
  'unknown-method',
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** A serialised error. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
}

export type Message =
  | { readonly id: number; readonly call: string; readonly params: unknown }
  | { readonly id: number; readonly cancel: true }
  | { readonly id: number; readonly ok: unknown }
  | { readonly id: number; readonly err: Failure }
  | { readonly event: string; readonly data: unknown };

/** A message channel. `listen` may be called once; `closed` resolves when the other side is gone. */
export interface Transport {
  post(message: Message): void;
  listen(receive: (message: Message) => void): void;
  dispose(): void;
  readonly closed: Promise<void>;
}

/** An error that keeps its code across the transport. Other errors arrive with the code `failed`. */
export class RpcError extends Error implements Failure {
  override readonly name = 'RpcError';
  constructor(
    readonly code: FailureCode,
    message: string,
  ) {
    super(message);
  }
}

/** Reads a failure as the other side sent it; it may be of another version, with codes that this one does not know. */
function toRpcError(failure: Partial<Failure> | null): RpcError {
  const code = FAILURE_CODES.find((one) => one === failure?.code) ?? 'failed';
  return new RpcError(code, String(failure?.message ?? 'the other side gave no reason'));
}

export type Handlers<M> = {
  [K in MethodName<M>]: (params: Params<M, K>, signal: AbortSignal) => Promise<Result<M, K>> | Result<M, K>;
};

/** Serialises an error; errors other than RpcError get the code `failed`. */
export function toFailure(error: unknown): Failure {
  if (error instanceof RpcError) return { code: error.code, message: error.message };
  if (error instanceof Error) return { code: 'failed', message: error.message };
  return { code: 'failed', message: String(error) };
}

/** Answers calls of `M` that arrive on `transport`; the returned `emit` sends events of `E`. */
export function serve<M extends Methods, E extends object>(transport: Transport, handlers: Handlers<M>) {
  const running = new Map<number, AbortController>();
  const table = handlers as Record<string, (params: unknown, signal: AbortSignal) => unknown>;

  async function answer(id: number, call: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (!Object.hasOwn(table, call)) throw new RpcError('unknown-method', `no method '${call}'`);
      // Null, not undefined: JSON would drop the field and with it the reply.
      const ok = (await table[call]!(params, controller.signal)) ?? null;
      transport.post({ id, ok });
    } catch (error) {
      transport.post({ id, err: toFailure(error) });
    } finally {
      running.delete(id);
    }
  }

  transport.listen((message) => {
    if ('call' in message) void answer(message.id, message.call, message.params);
    else if ('cancel' in message) running.get(message.id)?.abort();
  });
  void transport.closed.then(() => {
    for (const controller of running.values()) controller.abort();
  });
  return {
    emit<K extends MethodName<E>>(event: K, data: E[K]): void {
      transport.post({ event, data });
    },
  };
}

export interface Client<M extends Methods, E extends object> {
  /** Rejects with an RpcError: the handler's failure, `cancelled`, or `closed` when the other side is gone. */
  call<K extends MethodName<M>>(method: K, params: Params<M, K>, signal?: AbortSignal): Promise<Result<M, K>>;
  on<K extends MethodName<E>>(event: K, listener: (data: E[K]) => void): { dispose(): void };
  readonly closed: Promise<void>;
  dispose(): void;
}

/**
 * Creates a client of a protocol.
 * @param firstId first call id. If successive clients share a transport, for example when a page reloads, give each a different
 * one, so that a late reply to the previous client is not taken for one to this client.
 */
export function connect<M extends Methods, E extends object>(
  transport: Transport,
  firstId = 1,
): Client<M, E> {
  let nextId = firstId;
  let closed = false;
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: RpcError) => void }>();
  const listeners = new Map<string, Set<(data: unknown) => void>>();

  transport.listen((message) => {
    if ('event' in message) {
      for (const listener of listeners.get(message.event) ?? []) listener(message.data);
      return;
    }
    if (!('ok' in message) && !('err' in message)) return;
    const call = pending.get(message.id);
    pending.delete(message.id);
    if ('ok' in message) call?.resolve(message.ok);
    else call?.reject(toRpcError(message.err));
  });
  const gone = (): void => {
    closed = true;
    for (const { reject } of pending.values()) reject(new RpcError('closed', 'the other side has gone'));
    pending.clear();
  };
  void transport.closed.then(gone);

  return {
    call(method, params, signal) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new RpcError('closed', 'the other side has gone'));
        if (signal?.aborted) return reject(new RpcError('cancelled', `${method} was cancelled`));
        const id = nextId++;
        const cancel = (): void => {
          if (!pending.delete(id)) return;
          transport.post({ id, cancel: true });
          reject(new RpcError('cancelled', `${method} was cancelled`));
        };
        // The signal may outlive the call by far, and would keep it in memory.
        const settled = (): void => signal?.removeEventListener('abort', cancel);
        pending.set(id, {
          resolve: (value) => {
            settled();
            resolve(value as Result<M, typeof method>);
          },
          reject: (error) => {
            settled();
            reject(error);
          },
        });
        signal?.addEventListener('abort', cancel, { once: true });
        transport.post({ id, call: method, params });
      });
    },
    on(event, listener) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set);
      set.add(listener as (data: unknown) => void);
      return { dispose: () => void set.delete(listener as (data: unknown) => void) };
    },
    closed: transport.closed,
    dispose: () => {
      transport.dispose();
      gone();
    },
  };
}
