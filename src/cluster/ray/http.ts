import { request as requestHttp } from 'node:http';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { visibleText } from '../../text/visible-text';
import {
  NotFoundError,
  NotRayError,
  RefusedError,
  TooLargeError,
  UnauthorisedError,
  UnreachableError,
} from './errors';

/** Limits of a call whose answer is small, which is most of them. */
const MAX_BYTES = 4 << 20;
const TIMEOUT_MS = 30_000;
/** Length of what is kept of an error of Ray: it sends whole tracebacks. */
const MAX_REASON = 500;

export interface CallOptions {
  /** Bytes, or a value that is sent as JSON. */
  readonly body?: Uint8Array | object;
  /** Of the answer. */
  readonly maxBytes?: number;
  /** Until the whole answer is there, in ms. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls Ray's dashboard.
 * @param path below the address, with its query
 * @throws ClusterError of one of the kinds in errors.ts; the abort reason
 */
export type Call = (method: 'GET' | 'PUT' | 'POST', path: string, options?: CallOptions) => Promise<Buffer>;

/**
 * Returns what calls the dashboard at an address. Not `fetch`, which sends `sec-fetch-mode`: Ray takes it for a browser and refuses all
 * but GET. No redirect is followed, so that the token goes to this address alone.
 * @param token bearer token, or null. It is held by the function alone, so that nothing that is printed can show it
 */
export function rayCaller(address: string, token: string | null): Call {
  const base = address.replace(/\/+$/, '');
  const { host, protocol } = new URL(base);
  // A server may send back what it got.
  const withoutToken = (text: string): string => (token === null ? text : text.replaceAll(token, '(token)'));

  const failure = (status: number, { headers }: IncomingMessage, bytes: Buffer): Error => {
    const text = withoutToken(bytes.toString('utf8')).trim();
    if (status === 401 || status === 403) return new UnauthorisedError(host, token !== null);
    if (status >= 300 && status < 400)
      return new NotRayError(
        host,
        `it redirects to ${withoutToken(visibleText(headers.location ?? '', 200))}`,
      );
    if (isHtml(text)) return new NotRayError(host, `it answered ${status} with a web page`);
    if (status === 405) return new NotRayError(host, `it does not allow what Ray does (405)`);
    const reason = reasonOf(text);
    return status === 404 ? new NotFoundError(host, reason) : new RefusedError(host, status, reason);
  };

  return (method, path, { body, maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS, signal } = {}) => {
    const bytes = body === undefined || body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
    const options: RequestOptions = {
      method,
      // A tunnel that was closed and opened again leaves connections that look alive.
      agent: false,
      headers: {
        ...(token !== null && {
          authorization: `Bearer ${token}`,
          // An ingress may keep the first to itself.
          'x-ray-authorization': `Bearer ${token}`,
        }),
        ...(bytes && {
          'content-type': bytes === body ? 'application/octet-stream' : 'application/json',
          'content-length': bytes.length,
        }),
      },
    };
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const send = protocol === 'https:' ? requestHttps : requestHttp;
      const sent = send(new URL(base + path), options, (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on('data', (part: Buffer) => {
          length += part.length;
          if (length > maxBytes) end(new TooLargeError(host, maxBytes));
          else parts.push(part);
        });
        response.on('error', (error) => end(unreachable(host, error)));
        response.on('end', () => {
          const { statusCode = 0 } = response;
          const answer = Buffer.concat(parts);
          if (statusCode >= 200 && statusCode < 300) end(answer);
          else end(failure(statusCode, response, answer));
        });
      });
      const timer = setTimeout(
        () => end(new UnreachableError(host, `no whole answer came in ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      const abort = (): void => end(signal!.reason as Error);
      const end = (result: Buffer | Error): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        if (result instanceof Error) reject(result);
        else resolve(result);
        sent.destroy();
      };
      signal?.addEventListener('abort', abort, { once: true });
      sent.on('error', (error) => end(unreachable(host, error)));
      sent.end(bytes);
    });
  };
}

/** Reasons why nothing was reached, by system error code. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there (ECONNREFUSED)',
  ECONNRESET: 'the connection was cut off (ECONNRESET)',
  ENOTFOUND: 'there is no host of this name (ENOTFOUND)',
  EAI_AGAIN: 'the host name could not be looked up (EAI_AGAIN)',
  ETIMEDOUT: 'it does not answer (ETIMEDOUT)',
  EHOSTUNREACH: 'there is no way to the host (EHOSTUNREACH)',
  EPROTO: 'it does not speak TLS; an address with http: is for loopback, such as a tunnel (EPROTO)',
};

function unreachable(host: string, { code = '', message }: NodeJS.ErrnoException): Error {
  if (/^HPE_/.test(code)) return new NotRayError(host, `it does not speak HTTP (${code})`);
  if (/CERT|SIGNED|ISSUER/.test(code))
    return new UnreachableError(
      host,
      `its certificate is not trusted (${code}); NODE_EXTRA_CA_CERTS names a file with certificates that are`,
    );
  return new UnreachableError(host, REASONS[code] ?? visibleText(message, MAX_REASON));
}

const isHtml = (text: string): boolean => /^<(!doctype|html|head|body)/i.test(text);

/** Returns the last error of a Python traceback, or the last line. */
function reasonOf(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim().length > 1);
  const line = lines.findLast((each) => /^[\w.]*(Error|Exception|Exit): /.test(each)) ?? lines.at(-1);
  return visibleText(line ?? 'nothing', MAX_REASON);
}
