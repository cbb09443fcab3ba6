import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { PublishedDataset, PublishedFile } from '../../src/download/dataset';
import { RandomStream } from '../../src/random/stream';
import { CERTIFICATE, KEY } from './certificate';

/** Answers one request; `bytes` are those of the file that was asked for, undefined where there is none. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, bytes?: Buffer) => void;

/** A server on this machine, and what it was asked. */
export class Mirror {
  private constructor(
    readonly url: string,
    readonly requests: readonly { path: string; range: string | undefined; headers: string[] }[],
    readonly close: () => Promise<void>,
  ) {}

  static async start(
    files: ReadonlyMap<string, Buffer>,
    behaviour: Behaviour,
    isSecure = false,
  ): Promise<Mirror> {
    const requests: { path: string; range: string | undefined; headers: string[] }[] = [];
    const listener: RequestListener = (request, response) => {
      const path = request.url ?? '';
      const { range } = request.headers;
      requests.push({ path, range, headers: Object.keys(request.headers).sort() });
      behaviour(request, response, files.get(path.split('/').pop()!));
    };
    const server = isSecure
      ? createSecureServer({ key: KEY, cert: CERTIFICATE }, listener)
      : createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new Mirror(`${isSecure ? 'https' : 'http'}://127.0.0.1:${port}/data/`, requests, async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
  }

  /** The ranges that were asked for, in order; undefined for a whole file. */
  get ranges(): (string | undefined)[] {
    return this.requests.map(({ range }) => range);
  }
}

/** Sends the file, or the rest of it that is asked for. */
export const serve: Behaviour = (request, response, bytes) => {
  if (!bytes) return void response.writeHead(404).end('not found');
  const from = firstByte(request);
  if (from === null) return void response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
  const length = bytes.length - from;
  response.writeHead(206, { 'content-range': range, 'content-length': length }).end(bytes.subarray(from));
};

/**
 * Announces the file, or the rest of it, and breaks the connection `after` bytes.
 * @param received bytes of the file that have arrived: the end of a connection may overtake them
 */
export const breakOff =
  (after: number, received: () => number): Behaviour =>
  (request, response, bytes = Buffer.alloc(0)) => {
    const from = firstByte(request) ?? 0;
    const head = {
      'content-length': bytes.length - from,
      'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
    };
    response.writeHead(from > 0 ? 206 : 200, head);
    response.write(bytes.subarray(from, from + after));
    const timer = setInterval(() => {
      if (received() < from + after) return;
      clearInterval(timer);
      response.destroy();
    }, 2);
  };

export const silent: Behaviour = () => undefined;

export const redirect =
  (to: string): Behaviour =>
  (_request, response) =>
    void response.writeHead(302, { location: to }).end();

/** Each request in turn has a behaviour of its own; the last one stays. */
export function inTurn(...behaviours: Behaviour[]): Behaviour {
  let next = 0;
  return (...args) => behaviours[Math.min(next++, behaviours.length - 1)]!(...args);
}

function firstByte({ headers }: IncomingMessage): number | null {
  const match = /^bytes=(\d+)-$/.exec(headers.range ?? '');
  return match ? Number(match[1]) : null;
}

/** Bytes that look like nothing, the same each time. */
export function noise(length: number, seed: number): Buffer {
  const uniforms = new RandomStream(seed, 'digits').uniforms(0, length);
  return Buffer.from(Uint8Array.from(uniforms, (value) => Math.floor(value * 256)));
}

export const published = (name: string, bytes: Buffer): PublishedFile => ({
  name,
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

export function datasetOf(files: ReadonlyMap<string, Buffer>, mirrors: readonly Mirror[]): PublishedDataset {
  return {
    name: 'invented',
    title: 'Invented',
    files: [...files].map(([name, bytes]) => published(name, bytes)),
    mirrors: mirrors.map(({ url }) => url),
  };
}
