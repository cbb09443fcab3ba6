/** Stands in for `node:url`. */
import { resolve } from './path';

/** @throws TypeError unless it is the URL of a file on this machine */
export function fileURLToPath(url: string | URL): string {
  const { protocol, host, pathname } = typeof url === 'string' ? new URL(url) : url;
  if (protocol !== 'file:') throw new TypeError('The URL must be of scheme file');
  if (host !== '' && host !== 'localhost') throw new TypeError('File URL host must be "localhost" or empty');
  if (/%2f/i.test(pathname)) throw new TypeError('File URL path must not include encoded / characters');
  return decodeURIComponent(pathname);
}

/** Characters that a URL gives a meaning, or that its parser drops. */
const SPECIAL = /[%?#\\\n\r\t]/g;

export function pathToFileURL(path: string): URL {
  const end = path.endsWith('/') && path !== '/' ? '/' : '';
  const encoded = (resolve(path) + end).replace(SPECIAL, encodeURIComponent);
  const url = new URL('file:///');
  url.pathname = encoded;
  return url;
}
