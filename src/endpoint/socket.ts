import type { Socket } from 'node:net';
import type { Message, Transport } from '../protocol/rpc';
import { encodeFrame, FrameReader, MAX_FRAME } from './frames';

/** Maximum bytes buffered for a peer that does not read; beyond that the connection is closed. */
const MAX_BACKLOG = 256 * 1024 * 1024;

interface SocketTransport extends Transport {
  /** Accepts messages of full size from now on. */
  trust(): void;
}

/**
 * Carries RPC messages over a connected socket. An invalid frame closes the socket and thus fails every pending call.
 * @param limit maximum size of a received frame until the peer is trusted, in bytes
 */
export function socketTransport(socket: Socket, limit = MAX_FRAME): SocketTransport {
  const reader = new FrameReader(limit);
  let receive: (message: Message) => void = () => undefined;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const message of reader.push(chunk)) receive(message as Message);
    } catch {
      socket.destroy();
    }
  });
  return {
    post(message) {
      if (socket.destroyed) return;
      if (socket.writableLength > MAX_BACKLOG) socket.destroy();
      else socket.write(encodeFrame(message));
    },
    listen(listener) {
      receive = listener;
    },
    trust: () => void (reader.limit = MAX_FRAME),
    dispose: () => void socket.destroy(),
    closed,
  };
}
