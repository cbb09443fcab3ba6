import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { makeEndpointFolder, socketPath, writeEndpoint } from '../../../src/endpoint/record';

export interface Impostor {
  /** Connections that were made to it. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** Listens where the record of the run's engine says that the engine listens, and does to each connection what a test says. */
export async function impostor(run: string, answer: (peer: Socket) => void): Promise<Impostor> {
  const folder = await makeEndpointFolder(run);
  const socket = await socketPath(folder, 'impostor');
  let count = 0;
  const peers = new Set<Socket>();
  const server = createServer((peer) => {
    count++;
    peers.add(peer);
    peer.on('error', () => undefined).resume();
    answer(peer);
  });
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(socket, listening));
  const [pid, startTime] = [process.pid, null];
  await writeEndpoint(folder, { socket, token: 'x', pid, startTime, runFolder: run, product: 'impostor' });
  return {
    connections: () => count,
    async close() {
      for (const peer of peers) peer.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
