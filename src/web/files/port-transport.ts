import type { Message, Transport } from '../../protocol/rpc';
import { withOwnBuffers } from '../../shared/own-buffers';

/** The part of a browser's MessagePort, and of a worker's end of one, that is used here. */
export interface Port {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  close?(): void;
}

/** Sent before a port is closed: the other side is not told of it otherwise. */
const CLOSED = { closed: true } as const;

/**
 * Remote calls over a MessagePort, between a page, the extension host and workers of one browser.
 * @param gone resolves when the other side has ended without a word, as a worker that is terminated
 */
export function portTransport(port: Port, gone: Promise<void> = new Promise(() => undefined)): Transport {
  let isOpen = true;
  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (close = resolve));
  const end = (): void => {
    if (!isOpen) return;
    isOpen = false;
    port.onmessage = null;
    port.close?.();
    close();
  };
  void gone.then(end);
  return {
    post(message) {
      if (isOpen) port.postMessage(withOwnBuffers(message));
    },
    listen(receive) {
      port.onmessage = ({ data }) => {
        if (typeof data === 'object' && data !== null && 'closed' in data) end();
        else receive(data as Message);
      };
    },
    dispose() {
      if (!isOpen) return;
      port.postMessage(CLOSED);
      end();
    },
    closed,
  };
}
