import type { Readable, Writable } from 'node:stream';
import type { Message, Transport } from '../protocol/rpc';
import { encodeFrame, FrameReader } from './frames';

/** Carries RPC messages over a pair of streams, such as the standard streams of a process. An invalid frame closes both. */
export function pipeTransport(input: Readable, output: Writable): Transport {
  const reader = new FrameReader();
  let receive: (message: Message) => void = () => undefined;
  const closed = new Promise<void>((resolve) => input.once('close', () => resolve()));
  const close = (): void => {
    input.destroy();
    output.destroy();
  };
  for (const stream of [input, output]) stream.on('error', close);
  input.on('data', (chunk: Buffer) => {
    try {
      for (const message of reader.push(chunk)) receive(message as Message);
    } catch {
      close();
    }
  });
  return {
    post: (message) => void (output.destroyed || output.write(encodeFrame(message))),
    listen(listener) {
      receive = listener;
    },
    dispose: close,
    closed,
  };
}
