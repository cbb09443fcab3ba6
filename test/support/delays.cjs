/**
 * Random delays where a program waits for others: data of sockets, timers, file watchers. Order is kept, nothing is lost.
 * Races that need one side to be slow show themselves under it:
 *
 *     NODE_OPTIONS="--require=$PWD/test/support/delays.cjs" VAE_TEST_DELAYS=SEED:MAX_MS npm test
 */
'use strict';
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');
const timers = require('node:timers');
const timersPromises = require('node:timers/promises');
const { promisify } = require('node:util');

const options = /^(\d+):(\d+)$/.exec(process.env['VAE_TEST_DELAYS'] ?? '');
if (options) delayEverything(Number(options[1]) ^ process.pid, Number(options[2]));

/**
 * @param {number} seed
 * @param {number} maxMs
 */
function delayEverything(seed, maxMs) {
  let state = seed >>> 0;
  /** Half of the delays are none. */
  const delay = () => {
    // A linear congruential generator: the tests' own randomness must not be touched.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.max(0, (state / 2 ** 31 - 1) * maxMs);
  };
  const { setTimeout } = globalThis;
  const sleep = () => new Promise((resolve) => setTimeout(resolve, delay()));

  const { push } = net.Socket.prototype;
  /** @type {WeakMap<net.Socket, Promise<void>>} */
  const queues = new WeakMap();
  net.Socket.prototype.push = function (
    /** @type {unknown} */ chunk,
    /** @type {BufferEncoding | undefined} */ encoding,
  ) {
    const before = queues.get(this) ?? Promise.resolve();
    const next = before.then(sleep).then(() => {
      if (!this.destroyed) push.call(this, chunk, encoding);
    });
    queues.set(this, next);
    return true;
  };

  /** @type {(callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => NodeJS.Timeout} */
  const delayedTimeout = (callback, ms, ...args) => setTimeout(callback, (ms ?? 0) + delay(), ...args);
  const promised = timersPromises.setTimeout;
  /** @type {typeof promised} */
  const delayedPromise = (ms, value, more) => promised((ms ?? 0) + delay(), value, more);
  Reflect.set(delayedTimeout, promisify.custom, delayedPromise);
  const delayed = /** @type {typeof setTimeout} */ (delayedTimeout);
  globalThis.setTimeout = delayed;
  timers.setTimeout = delayed;
  timersPromises.setTimeout = delayedPromise;

  const watch = /** @type {(...args: unknown[]) => fs.FSWatcher} */ (fs.watch);
  fs.watch = /** @type {typeof fs.watch} */ (
    (/** @type {unknown[]} */ ...args) => {
      const listener = args.at(-1);
      if (typeof listener === 'function')
        args[args.length - 1] = (/** @type {unknown[]} */ ...event) =>
          void setTimeout(() => void listener(...event), delay());
      return watch(...args);
    }
  );
  syncBuiltinESMExports();
}
