import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CERTIFICATE, KEY } from './certificate';

/** Answers one request for a file. */
export type Answer = (request: IncomingMessage, response: ServerResponse, file: Buffer) => void;

/** A server of one file on this machine, and what it was asked. */
export interface RangeServer {
  readonly url: string;
  readonly ranges: (string | undefined)[];
  /** Replaces how it answers from the next request on. */
  answer: Answer;
  close(): Promise<void>;
}

export async function serveRanges(file: Buffer, answer: Answer, isSecure = false): Promise<RangeServer> {
  const ranges: (string | undefined)[] = [];
  const listener: RequestListener = (request, response) => {
    ranges.push(request.headers.range);
    served.answer(request, response, file);
  };
  const server = isSecure
    ? createSecureServer({ key: KEY, cert: CERTIFICATE }, listener)
    : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const served: RangeServer = {
    url: `${isSecure ? 'https' : 'http'}://127.0.0.1:${port}/invented-1-py3.whl`,
    ranges,
    answer,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return served;
}

/** First and last byte of the range that is asked for. */
export function rangeOf({ headers }: IncomingMessage): readonly [first: number, last: number] {
  const match = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
  if (!match) throw new Error(`asked for ${headers.range}`);
  return [Number(match[1]), Number(match[2])];
}

/** The head of an answer with a range. */
function head(request: IncomingMessage, response: ServerResponse, file: Buffer, withLength = true): Buffer {
  const [first, last] = rangeOf(request);
  response.writeHead(206, {
    'content-range': `bytes ${first}-${last}/${file.length}`,
    ...(withLength && { 'content-length': last - first + 1 }),
  });
  return file.subarray(first, last + 1);
}

/** Sends the range. */
export const sendRange: Answer = (request, response, file) => {
  response.end(head(request, response, file));
};

/** Announces the range, and breaks the connection after some of its bytes. */
export const breakAfter =
  (count: number): Answer =>
  (request, response, file) => {
    const bytes = head(request, response, file).subarray(0, count);
    // Bytes that the end of a connection overtook would be lost: it ends once they are on their way.
    response.write(bytes, () => setTimeout(() => response.destroy(), 20));
  };

/** Ends the answer in good order after some of the range's bytes. */
export const truncateAfter =
  (count: number): Answer =>
  (request, response, file) => {
    response.end(head(request, response, file, false).subarray(0, count));
  };

/** Knows no ranges: sends the whole file. */
export const sendWhole: Answer = (_request, response, file) => {
  response.writeHead(200, { 'content-length': file.length }).end(file);
};

export const sendStatus =
  (status: number, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_request, response) => {
    response.writeHead(status, headers).end('not that');
  };

/** Each request in turn has an answer of its own; the last one stays. */
export function inTurn(...answers: Answer[]): Answer {
  let next = 0;
  return (...args) => answers[Math.min(next++, answers.length - 1)]!(...args);
}
