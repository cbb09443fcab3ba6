import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOL_VERSION } from '../protocol/engine';
import type { EngineEvents, Hello } from '../protocol/engine';
import { connect } from '../protocol/rpc';
import type { Client } from '../protocol/rpc';
import { isFrozen, otherVersion } from '../protocol/version';
import { readEndpoint } from './record';
import { socketTransport } from './socket';
import type { EngineMethods } from '../protocol/schemas/engine';

export type EngineClient = Client<EngineMethods, EngineEvents>;

export interface Connection {
  readonly client: EngineClient;
  readonly hello: Hello;
}

/**
 * Handshake timeout, in ms. An engine that compiles its graph on a busy machine is silent for many seconds, and starting a
 * second engine would be worse than waiting.
 */
const HANDSHAKE_TIMEOUT_MS = 30_000;

/**
 * Connects to the live engine of a run; null if there is none, or if it does not answer within `timeout` ms (see
 * `engineProcess` for what to do about that).
 */
export async function connectToRun(
  runFolder: string,
  timeout = HANDSHAKE_TIMEOUT_MS,
): Promise<Connection | null> {
  const record = await readEndpoint(runFolder);
  if (!record) return null;
  const socket = createConnection(record.socket);
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  if (!connected) return null;
  const client = connect<EngineMethods, EngineEvents>(socketTransport(socket));
  try {
    const params = { protocol: PROTOCOL_VERSION, token: record.token };
    const hello = await client.call('hello', params, AbortSignal.timeout(timeout));
    return { client: hello.protocol === PROTOCOL_VERSION ? client : limited(client, hello), hello };
  } catch {
    client.dispose();
    return null;
  }
}

/** A client of an engine of another version: it calls only the methods that never change. */
function limited(client: EngineClient, hello: Hello): EngineClient {
  return {
    ...client,
    call: (method, params, signal) =>
      isFrozen(method)
        ? client.call(method, params, signal)
        : Promise.reject(otherVersion(hello, PROTOCOL_VERSION)),
  };
}

/**
 * Waits for an engine that has just been started. Returns null after `timeout` ms, or if `signal` aborts.
 * @param mode `train` ignores engines that only serve the run; `serve` accepts any engine
 */
export async function waitForEngine(
  runFolder: string,
  mode: 'train' | 'serve',
  timeout: number,
  signal?: AbortSignal,
): Promise<Connection | null> {
  const end = performance.now() + timeout;
  while (performance.now() < end && !signal?.aborted) {
    const connection = await connectToRun(runFolder);
    if (connection && (mode === 'serve' || connection.hello.mode === 'train')) return connection;
    connection?.client.dispose();
    await sleep(50);
  }
  return null;
}
