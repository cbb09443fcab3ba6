import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rm, rmdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { PROTOCOL_VERSION } from '../protocol/engine';
import type { EngineEvents } from '../protocol/engine';
import { RpcError, serve } from '../protocol/rpc';
import type { Handlers } from '../protocol/rpc';
import { makeEndpointFolder, removeDeadSocket, removeEndpoint, socketPath, writeEndpoint } from './record';
import { identityOfThis } from '../runs/holder';
import { isFrozen, otherVersion } from '../protocol/version';
import { MAX_FIRST_FRAME } from './frames';
import { socketTransport } from './socket';
import type { EngineMethods } from '../protocol/schemas/engine';

export interface EndpointServer {
  /** Sends an event to all authenticated clients. */
  emit<K extends keyof EngineEvents>(event: K, data: EngineEvents[K]): void;
  clientCount(): number;
  close(): Promise<void>;
}

/** On closing, clients have this time to read pending messages, in ms. */
const CLOSING_TIMEOUT_MS = 2000;
/** Maximum retries if the socket's folder disappears. */
const LISTEN_TRIES = 3;

type ClientEmitter = { emit: EndpointServer['emit'] };

/**
 * Wraps handlers so that a client can call only `hello` until it has sent the right token, and only the methods that never change
 * if it speaks another version of the protocol.
 */
function guarded(
  handlers: Handlers<EngineMethods>,
  { token, product }: { readonly token: string; readonly product: string },
  accept: () => void,
): Handlers<EngineMethods> {
  let trusted = false;
  let version: unknown;
  const expected = Buffer.from(token);
  const entries = Object.entries(handlers).map(([name, handler]) => [
    name,
    (params: unknown, signal: AbortSignal) => {
      if (name === 'hello') {
        const { token: given } = (params ?? {}) as { token?: unknown };
        // Only a text: the refusal of another value by the schema would repeat it.
        const got = Buffer.from(typeof given === 'string' ? given : '');
        if (got.length !== expected.length || !timingSafeEqual(got, expected)) {
          throw new RpcError('refused', 'the token is not this engine’s');
        }
        trusted = true;
        version = (params as { protocol?: unknown }).protocol;
        accept();
      } else if (!trusted) {
        throw new RpcError('refused', 'say hello first');
      } else if (version !== PROTOCOL_VERSION && !isFrozen(name)) {
        throw otherVersion({ product, protocol: PROTOCOL_VERSION }, Number(version));
      }
      return (handler as (params: unknown, signal: AbortSignal) => unknown)(params, signal);
    },
  ]);
  return Object.fromEntries(entries) as Handlers<EngineMethods>;
}

/** Sends events to a client. While it does not read, as when it is suspended, keeps only the newest event of each kind for it. */
function newestEvents(socket: Socket, client: ClientEmitter): ClientEmitter {
  const waiting = new Map<keyof EngineEvents, () => void>();
  socket.on('drain', () => {
    const sends = [...waiting.values()];
    waiting.clear();
    for (const send of sends) send();
  });
  return {
    emit(event, data) {
      if (socket.writableNeedDrain) waiting.set(event, () => client.emit(event, data));
      else client.emit(event, data);
    },
  };
}

/** Listens for clients of the run and writes the endpoint record to the run's private folder. */
export async function openEndpoint(
  runFolder: string,
  product: string,
  handlers: Handlers<EngineMethods>,
): Promise<EndpointServer> {
  const token = randomBytes(32).toString('hex');
  const clients = new Set<ClientEmitter>();
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let client: ClientEmitter | null = null;
    const transport = socketTransport(socket, MAX_FIRST_FRAME);
    const own = serve<EngineMethods, EngineEvents>(
      transport,
      guarded(handlers, { token, product }, () => {
        transport.trust();
        client ??= newestEvents(socket, own);
        clients.add(client);
      }),
    );
    void transport.closed.then(() => {
      sockets.delete(socket);
      if (client) clients.delete(client);
    });
  });
  const { folder, path } = await listen(server, runFolder);
  await removeDeadSocket(folder);
  const { host, boot, pid, startTime } = await identityOfThis();
  await writeEndpoint(folder, { ...{ socket: path, token, pid, startTime, host, boot }, runFolder, product });
  return {
    emit(event, data) {
      for (const client of clients) client.emit(event, data);
    },
    clientCount: () => clients.size,
    async close() {
      await removeEndpoint(folder, token);
      // Flush pending messages, but do not wait for clients that do not read.
      for (const socket of sockets) socket.destroySoon();
      const late = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, CLOSING_TIMEOUT_MS);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(late);
      if (process.platform !== 'win32') await rm(path, { force: true });
      // Fails if the folder is not empty, because the run's next engine uses it.
      await rmdir(folder).catch(() => undefined);
    },
  };
}

/** Listens in the run's private folder. Retries, because the previous engine may remove the empty folder at the same time. */
async function listen(server: Server, runFolder: string): Promise<{ folder: string; path: string }> {
  for (let left = LISTEN_TRIES; ; left--) {
    const folder = await makeEndpointFolder(runFolder);
    const path = await socketPath(folder, randomBytes(16).toString('hex'));
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(path, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return { folder, path };
    } catch (error) {
      if (left === 0 || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
