/** Which proxy a request goes through, by the variables that other programs know, too, and a tunnel through it. */
import * as http from 'node:http';
import * as https from 'node:https';

/**
 * Returns the proxy for an address, by HTTPS_PROXY or ALL_PROXY and NO_PROXY, in capitals or not; null for none. This machine itself is never
 * asked for through one.
 * @param {URL} url
 * @param {NodeJS.ProcessEnv} env
 * @returns {URL | null}
 * @throws {Error} if the variable is not the address of an http or https proxy
 */
export function proxyFor(url, env) {
  if (url.protocol !== 'https:' || isThisMachine(url.hostname)) return null;
  const [name, given] = named(env, ['https_proxy', 'all_proxy']);
  if (given === '' || isExcepted(url, named(env, ['no_proxy'])[1])) return null;
  const text = given.includes('://') ? given : `http://${given}`;
  const proxy = URL.canParse(text) ? new URL(text) : null;
  if (proxy && proxy.hostname !== '' && /^https?:$/.test(proxy.protocol)) return proxy;
  throw new Error(
    `the variable ${name} names no http or https proxy: got ${withoutPassword(text)}, expected http://HOST:PORT`,
  );
}

/** @param {string} hostname */
function isThisMachine(hostname) {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname);
}

/**
 * Returns the first variable with a value, and the value.
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} names
 * @returns {readonly [name: string, value: string]}
 */
function named(env, names) {
  for (const name of names.flatMap((each) => [each, each.toUpperCase()])) {
    const value = env[name]?.trim();
    if (value) return [name, value];
  }
  return ['', ''];
}

/**
 * @param {URL} url
 * @param {string} exceptions hosts and endings of hosts, separated by commas or spaces; `*` for all
 */
function isExcepted(url, exceptions) {
  const port = url.port || '443';
  return exceptions
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [, host = '', onPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const ending = host.replace(/^\*?\./, '');
      const isHost = url.hostname === ending || url.hostname.endsWith(`.${ending}`);
      return ending !== '' && isHost && (onPort === undefined || onPort === port);
    });
}

/**
 * Returns how a proxy is named to people: without its password.
 * @param {URL} proxy
 */
export function proxyName(proxy) {
  return `${proxy.protocol}//${proxy.host}`;
}

/** @param {string} text */
function withoutPassword(text) {
  return text.replace(/\/\/[^@/]*@/, '//');
}

/**
 * Opens a tunnel to a host through a proxy.
 * @param {URL} proxy
 * @param {URL} url whose host is to be reached
 * @param {{ timeout: number, signal: AbortSignal }} options in ms, until the proxy has answered
 * @returns {Promise<import('node:net').Socket>}
 * @throws {Error} if the proxy is not reached, does not answer or refuses
 */
export function openTunnel(proxy, url, { timeout, signal }) {
  return new Promise((resolve, reject) => {
    const target = `${url.hostname}:${url.port || '443'}`;
    const credentials = [proxy.username, proxy.password].map(decodeURIComponent).join(':');
    const headers = {
      host: target,
      ...(proxy.username && {
        'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}`,
      }),
    };
    const { request } = proxy.protocol === 'https:' ? https : http;
    const { hostname, port } = proxy;
    const outgoing = request({
      ...{ method: 'CONNECT', path: target, headers, signal, agent: false },
      ...{ hostname: hostname.replace(/^\[|\]$/g, ''), port },
    });
    const timer = setTimeout(
      () => outgoing.destroy(new Error(`no answer within ${timeout / 1000} s`)),
      timeout,
    );
    const refuse = (/** @type {import('node:http').IncomingMessage} */ { statusCode, statusMessage }) =>
      new Error(
        `it answered with status ${statusCode} ${statusMessage}${statusCode === 407 ? '; it wants a user name and a password, as in http://USER:PASSWORD@HOST:PORT' : ''}`,
      );
    outgoing.once('connect', (response, socket) => {
      clearTimeout(timer);
      if (response.statusCode === 200) return resolve(/** @type {import('node:net').Socket} */ (socket));
      socket.destroy();
      reject(refuse(response));
    });
    // A server that knows no tunnels answers as to any other request.
    outgoing.once('response', (response) => {
      response.destroy();
      reject(refuse(response));
    });
    outgoing.on('error', (error) => {
      clearTimeout(timer);
      reject(signal.aborted ? signal.reason : error);
    });
    outgoing.once('close', () => {
      clearTimeout(timer);
      reject(new Error('it closed the connection without an answer'));
    });
    outgoing.end();
  });
}
