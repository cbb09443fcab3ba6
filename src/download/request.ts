import * as http from 'node:http';
import * as https from 'node:https';
import { MirrorError } from './errors';

/** Options of the requests. */
export interface RequestOptions {
  /** Milliseconds without an answer, or without LEAST_BYTES of the body, after which a mirror is abandoned. */
  readonly stall: number;
  readonly signal: AbortSignal;
  /** Whether plain http to this machine (127.0.0.1, [::1]) is allowed; all other requests use https. */
  readonly allowLoopbackHttp: boolean;
  /** Called with the host that a mirror redirects to. */
  readonly onRedirect: (host: string) => void;
}

const MAX_REDIRECTS = 3;
/** A mirror that sends less than this within the stall timeout counts as stalled: a byte now and then would take months. */
const LEAST_BYTES = 1000;
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a GET request and follows redirects. Reveals only the address and the range: no cookies, no user agent.
 * @param from first byte requested; 0 requests the whole file
 * @returns the response, whatever its status, with its body unread
 * @throws MirrorError if there is no response, it comes too late, or it redirects to anything but https
 */
export async function get(url: URL, from: number, wire: RequestOptions): Promise<http.IncomingMessage> {
  let at = checked(url, wire);
  for (let redirects = 0; ; redirects++) {
    const response = await open(at, from, wire);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode) || location === undefined) return response;
    response.destroy();
    if (redirects === MAX_REDIRECTS)
      throw new MirrorError(`redirects more than ${MAX_REDIRECTS} times`, false);
    if (!URL.canParse(location, at.href)) throw new MirrorError('redirects to an invalid address', false);
    at = checked(new URL(location, at), wire);
    wire.onRedirect(at.host);
  }
}

function checked(url: URL, { allowLoopbackHttp }: RequestOptions): URL {
  const isLoopback = url.hostname === '127.0.0.1' || url.hostname === '[::1]';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback && allowLoopbackHttp)) return url;
  throw new MirrorError(`leads to ${url.protocol}//${url.host}; only https is used`, false);
}

/** Uses Node's https rather than fetch: it delivers the bytes as sent, and VS Code applies its proxy settings to it. */
function open(url: URL, from: number, { stall, signal }: RequestOptions): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const headers = { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) };
    const outgoing = request(url, { headers, signal });
    const timer = setTimeout(() => outgoing.destroy(silence(stall, 0)), stall);
    outgoing.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    // Stays attached while the body is read; errors after the response are reported by the response.
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      if (signal.aborted) reject(signal.reason as Error);
      else reject(error instanceof MirrorError ? error : unreachable(error));
    });
    // Alone where a server switches to another protocol: Node then reports neither a response nor an error.
    outgoing.once('close', () => {
      clearTimeout(timer);
      reject(new MirrorError('closed the connection without an answer', false));
    });
    outgoing.end();
  });
}

/**
 * Yields the body piece by piece. Time that the consumer takes for a piece does not count towards the stall timeout, within which
 * at least LEAST_BYTES must arrive.
 * @throws MirrorError if the connection breaks off or stalls
 */
export async function* piecesOf(
  response: http.IncomingMessage,
  { stall, signal }: RequestOptions,
): AsyncGenerator<Buffer> {
  let hasStalled = false;
  const giveUp = (): void => {
    hasStalled = true;
    response.destroy();
  };
  let arrived = 0;
  let left = stall;
  let waitingSince = performance.now();
  let timer = setTimeout(giveUp, left);
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      clearTimeout(timer);
      arrived += piece.length;
      left -= performance.now() - waitingSince;
      if (arrived >= LEAST_BYTES) [arrived, left] = [0, stall];
      yield piece;
      waitingSince = performance.now();
      timer = setTimeout(giveUp, left);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw hasStalled ? silence(stall, arrived) : new MirrorError(`broke off (${reasonOf(error)})`, true);
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
}

function silence(stall: number, arrived: number): MirrorError {
  const seconds = stall / 1000;
  const what = arrived === 0 ? `sent nothing for ${seconds} s` : `sent only ${arrived} bytes in ${seconds} s`;
  return new MirrorError(what, true);
}

const unreachable = (error: Error): MirrorError =>
  new MirrorError(`was not reached (${reasonOf(error)})`, true);

/** Returns the message of an error, or its code: if Node tried several addresses of a host, the error has only a code. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
