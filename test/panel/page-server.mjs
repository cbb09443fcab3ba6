// Serves the built views to a browser over loopback.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';

/** @type {Record<string, string>} */
const TYPES = { '.css': 'text/css', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/**
 * A server, and not the browser's interception of requests: that hands over each file as text, and keeps the browser from
 * caching files.
 */
export class PageServer {
  /** @type {Map<string, string>} */
  #pages = new Map();

  /** @param {readonly string[]} folders where files are looked for, in this order; they do not change meanwhile */
  constructor(folders) {
    /** @param {string} path @returns {Promise<[body: string | Buffer, type: string, cached: string] | null>} */
    const answer = async (path) => {
      const page = this.#pages.get(path);
      if (page !== undefined) return [page, 'text/html', 'no-store'];
      const type = TYPES[extname(path)] ?? 'application/octet-stream';
      for (const folder of folders) {
        const bytes = await readFile(join(folder, path)).catch(() => null);
        if (bytes) return [bytes, type, 'max-age=86400'];
      }
      return null;
    };
    this.server = createServer(async (request, response) => {
      const found = await answer(new URL(request.url ?? '/', 'http://localhost').pathname);
      if (!found) return void response.writeHead(404).end();
      const [body, type, cached] = found;
      response.writeHead(200, { 'content-type': type, 'cache-control': cached }).end(body);
    });
  }

  /** @returns {Promise<string>} the origin: a secure context, as a webview is one; in others, Chromium encodes no video */
  async listen() {
    this.server.listen(0, '127.0.0.1').unref();
    await once(this.server, 'listening');
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.server.address());
    return `http://127.0.0.1:${port}`;
  }

  /** @param {string} html @returns {string} its path */
  add(html) {
    const path = `/page-${this.#pages.size}`;
    this.#pages.set(path, html);
    return path;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
