import * as http from 'node:http';
import * as https from 'node:https';
import { MirrorError } from './errors';

/** How requests are made. */
export interface Wire {
  /** Milliseconds without a byte after which a mirror is given up. */
  readonly stall: number;
  readonly signal: AbortSignal;
  /** Whether http to this machine itself (127.0.0.1, [::1]) is let through; everything else is https. */
  readonly allowLoopbackHttp: boolean;
  /** A mirror sent us on to this host. */
  readonly onRedirect: (host: string) => void;
}

const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308]);

/**
 * GET, with redirects followed. Nothing goes out but the address and the place to begin at: no cookie, no agent's name.
 * @param from the first byte that is asked for; 0 asks for the whole file
 * @returns the answer, whatever its status, with its body unread
 * @throws MirrorError when there is none, it comes too late, or it leads elsewhere than to https
 */
export async function get(url: URL, from: number, wire: Wire): Promise<http.IncomingMessage> {
  let at = checked(url, wire);
  for (let redirects = 0; ; redirects++) {
    const response = await open(at, from, wire);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode) || location === undefined) return response;
    response.destroy();
    if (redirects === MAX_REDIRECTS)
      throw new MirrorError(`redirects more than ${MAX_REDIRECTS} times`, false);
    if (!URL.canParse(location, at.href)) throw new MirrorError('redirects to what is no address', false);
    at = checked(new URL(location, at), wire);
    wire.onRedirect(at.host);
  }
}

function checked(url: URL, { allowLoopbackHttp }: Wire): URL {
  const isLoopback = url.hostname === '127.0.0.1' || url.hostname === '[::1]';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback && allowLoopbackHttp)) return url;
  throw new MirrorError(`leads to ${url.protocol}//${url.host}; only https is used`, false);
}

/** Node's own https, not fetch: it hands over the bytes as they are sent, and VS Code puts its proxy settings into it. */
function open(url: URL, from: number, { stall, signal }: Wire): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const headers = { 'accept-encoding': 'identity', ...(from > 0 && { range: `bytes=${from}-` }) };
    const outgoing = request(url, { headers, signal });
    const timer = setTimeout(() => outgoing.destroy(silence(stall)), stall);
    outgoing.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    // Stays for the body's time: an error after the answer is told by the answer.
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      if (signal.aborted) reject(signal.reason as Error);
      else reject(error instanceof MirrorError ? error : unreachable(error));
    });
    outgoing.end();
  });
}

/**
 * The body, piece by piece. The time that the reader takes for a piece is not counted as silence.
 * @throws MirrorError when it breaks off or nothing comes for too long
 */
export async function* piecesOf(
  response: http.IncomingMessage,
  { stall, signal }: Wire,
): AsyncGenerator<Buffer> {
  let isSilent = false;
  const giveUp = (): void => {
    isSilent = true;
    response.destroy();
  };
  let timer = setTimeout(giveUp, stall);
  try {
    for await (const piece of response) {
      clearTimeout(timer);
      yield piece as Buffer;
      timer = setTimeout(giveUp, stall);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw isSilent ? silence(stall) : new MirrorError(`broke off (${reasonOf(error)})`, true);
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
}

const silence = (stall: number): MirrorError => new MirrorError(`sent nothing for ${stall / 1000} s`, true);
const unreachable = (error: Error): MirrorError =>
  new MirrorError(`was not reached (${reasonOf(error)})`, true);

/** Where several addresses of a host were tried, Node's error has a code and no message. */
function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
