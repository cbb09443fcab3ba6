/** GET requests for a file or a range of its bytes, which follow redirects, pass proxies, and give up on servers that fall silent. */
import * as http from 'node:http';
import * as https from 'node:https';
import * as tls from 'node:tls';
import { openTunnel, proxyFor, proxyName } from './proxy.mjs';

/**
 * @typedef {object} RequestOptions
 * @property {number} stall milliseconds without an answer, or without MIN_PROGRESS_BYTES of the body, after which a server is abandoned
 * @property {AbortSignal} signal
 * @property {boolean} allowLoopbackHttp whether plain http to this machine (127.0.0.1, [::1]) is allowed; all other requests use https
 * @property {(host: string) => void} onRedirect called with the host that a server redirects to
 * @property {NodeJS.ProcessEnv} env variables that may name a proxy; none where Node's https passes proxies by itself, as in VS Code
 */

const MAX_REDIRECTS = 3;
/** A server that sends less than this within the stall timeout counts as stalled: a byte now and then would take months. */
const MIN_PROGRESS_BYTES = 1000;
/** @type {ReadonlySet<number | undefined>} */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A failure of one server. */
export class TransferError extends Error {
  /** @override */
  name = 'TransferError';
  /**
   * @param {string} message continues a sentence that begins with the server's name
   * @param {boolean} isTemporary whether a retry may succeed: the connection broke off, rather than that wrong data came
   */
  constructor(message, isTemporary) {
    super(message);
    this.isTemporary = isTemporary;
  }
}

/**
 * Sends a GET request and follows redirects. Reveals only the address and the range: no cookies, no user agent.
 * @param {URL} url
 * @param {string | null} range value of the header `range`; null requests the whole file
 * @param {RequestOptions} wire
 * @returns {Promise<http.IncomingMessage>} the response, whatever its status, with its body unread
 * @throws {TransferError} if there is no response, it comes too late, or it redirects to anything but https
 */
export async function get(url, range, wire) {
  let at = checked(url, wire);
  for (let redirects = 0; ; redirects++) {
    const response = await open(at, range, wire);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode) || location === undefined) return response;
    response.destroy();
    if (redirects === MAX_REDIRECTS)
      throw new TransferError(`redirects more than ${MAX_REDIRECTS} times`, false);
    if (!URL.canParse(location, at.href)) throw new TransferError('redirects to an invalid address', false);
    at = checked(new URL(location, at), wire);
    wire.onRedirect(at.host);
  }
}

/**
 * @param {URL} url
 * @param {RequestOptions} wire
 */
function checked(url, { allowLoopbackHttp }) {
  const isLoopback = url.hostname === '127.0.0.1' || url.hostname === '[::1]';
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback && allowLoopbackHttp)) return url;
  throw new TransferError(`leads to ${url.protocol}//${url.host}; only https is used`, false);
}

/**
 * Uses Node's https rather than fetch: it delivers the bytes as sent, and VS Code applies its proxy settings to it.
 * @param {URL} url
 * @param {string | null} range
 * @param {RequestOptions} wire
 * @returns {Promise<http.IncomingMessage>}
 */
async function open(url, range, wire) {
  const { stall, signal } = wire;
  const tunnel = await tunnelTo(url, wire);
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'https:' ? https : http;
    const headers = { 'accept-encoding': 'identity', ...(range !== null && { range }) };
    const outgoing = request(url, { headers, signal, ...tunnel });
    const timer = setTimeout(() => outgoing.destroy(silence(stall, 0)), stall);
    outgoing.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    // Stays attached while the body is read; errors after the response are reported by the response.
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      if (signal.aborted) reject(signal.reason);
      else reject(error instanceof TransferError ? error : unreachable(error));
    });
    // Alone where a server switches to another protocol: Node then reports neither a response nor an error.
    outgoing.once('close', () => {
      clearTimeout(timer);
      reject(new TransferError('closed the connection without an answer', false));
    });
    outgoing.end();
  });
}

/**
 * Returns what a request needs to pass the proxy that is set for its address; nothing if there is none.
 * @param {URL} url
 * @param {RequestOptions} wire
 * @returns {Promise<https.RequestOptions>}
 * @throws {TransferError} that names the proxy
 */
async function tunnelTo(url, { stall, signal, env }) {
  let through = '';
  try {
    const proxy = proxyFor(url, env);
    if (proxy === null) return {};
    through = ` through the proxy ${proxyName(proxy)}`;
    const socket = await openTunnel(proxy, url, { timeout: stall, signal });
    const { ca } = https.globalAgent.options;
    return {
      createConnection: () => tls.connect({ socket, servername: url.hostname, ca }),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw new TransferError(`was not reached${through} (${reasonOf(error)})`, false);
  }
}

/**
 * Yields the body piece by piece. Time that the consumer takes for a piece does not count towards the stall timeout, within which
 * at least MIN_PROGRESS_BYTES must arrive.
 * @param {http.IncomingMessage} response
 * @param {Pick<RequestOptions, 'stall' | 'signal'>} wire
 * @returns {AsyncGenerator<Buffer>}
 * @throws {TransferError} if the connection breaks off or stalls
 */
export async function* piecesOf(response, { stall, signal }) {
  let hasStalled = false;
  const giveUp = () => {
    hasStalled = true;
    response.destroy();
  };
  let arrived = 0;
  let left = stall;
  let waitingSince = performance.now();
  let timer = setTimeout(giveUp, left);
  try {
    for await (const piece of /** @type {AsyncIterable<Buffer>} */ (response)) {
      clearTimeout(timer);
      arrived += piece.length;
      left -= performance.now() - waitingSince;
      if (arrived >= MIN_PROGRESS_BYTES) [arrived, left] = [0, stall];
      yield piece;
      waitingSince = performance.now();
      timer = setTimeout(giveUp, left);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw hasStalled ? silence(stall, arrived) : new TransferError(`broke off (${reasonOf(error)})`, true);
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
}

/** @param {number} stall @param {number} arrived */
function silence(stall, arrived) {
  const seconds = stall / 1000;
  const what = arrived === 0 ? `sent nothing for ${seconds} s` : `sent only ${arrived} bytes in ${seconds} s`;
  return new TransferError(what, true);
}

/** @param {NodeJS.ErrnoException} error */
function unreachable(error) {
  // A certificate that is refused stays so.
  const isTemporary = !/CERT|SIGNATURE/.test(error.code ?? '');
  return new TransferError(`was not reached (${reasonOf(error)})`, isTemporary);
}

/**
 * Returns the message of an error, or its code: if Node tried several addresses of a host, the error has only a code.
 * @param {unknown} error
 */
function reasonOf(error) {
  const { message, code } = /** @type {NodeJS.ErrnoException} */ (error);
  return message || code || String(error);
}
