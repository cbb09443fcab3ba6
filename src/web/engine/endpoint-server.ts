/** Stands in for `src/endpoint/server.ts`: clients are in the extension host that made this worker, at the other ends of ports. */
import type { EndpointServer, openEndpoint as original } from '../../endpoint/server';
import type { EngineEvents } from '../../protocol/engine';
import { serve } from '../../protocol/rpc';
import type { EngineMethods } from '../../protocol/schemas/engine';
import { portTransport } from '../files/port-transport';
import type { Port } from '../files/port-transport';

/** Takes a client; null until there is an endpoint. */
let accept: ((port: Port) => void) | null = null;
const early: Port[] = [];

/** Connects a client, at once or as soon as the endpoint is open. */
export function connectClient(port: Port): void {
  if (accept === null) early.push(port);
  else accept(port);
}

export const openEndpoint: typeof original = (_runFolder, _product, handlers) => {
  const clients = new Map<Port, { dispose(): void; emit: EndpointServer['emit'] }>();
  accept = (port) => {
    const transport = portTransport(port);
    const client = serve<EngineMethods, EngineEvents>(transport, handlers);
    clients.set(port, {
      emit: (event, data) => client.emit(event, data),
      dispose: () => transport.dispose(),
    });
    void transport.closed.then(() => clients.delete(port));
  };
  for (const port of early.splice(0)) accept(port);
  return Promise.resolve({
    emit(event, data) {
      for (const client of clients.values()) client.emit(event, data);
    },
    clientCount: () => clients.size,
    close() {
      accept = null;
      for (const client of [...clients.values()]) client.dispose();
      return Promise.resolve();
    },
  });
};
