/**
 * Random delays in a page, where it waits for others: messages of its host, timers, frames, sizes, what comes into view, pictures.
 * Order is kept, nothing is lost. Races that need one side to be slow show themselves under it:
 *
 *     VAE_TEST_DELAYS=SEED:MAX_MS npx vitest run test/panel
 */

const options = /^(\d+):(\d+)$/.exec(process.env['VAE_TEST_DELAYS'] ?? '');

/** A script for a page, before any other; null without delays. */
export const DELAYS = options && `(${delayEverything.toString()})(${options[1]}, ${options[2]})`;

/**
 * Runs in the page.
 * @param {number} seed
 * @param {number} maxMs
 */
function delayEverything(seed, maxMs) {
  // The driving side is typed without a DOM.
  const page = /** @type {any} */ (globalThis);
  let state = seed >>> 0;
  /** Half of the delays are none. */
  const delay = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.max(0, (state / 2 ** 31 - 1) * maxMs);
  };
  const later = page.setTimeout.bind(page);
  /** What is queued runs in its order. */
  const queue = () => {
    let last = Promise.resolve();
    return (/** @type {() => void} */ run) => {
      const ms = delay();
      last = last.then(() => new Promise((resolve) => later(resolve, ms))).then(run);
    };
  };

  page.setTimeout = (
    /** @type {unknown} */ run,
    /** @type {number | undefined} */ ms,
    /** @type {unknown[]} */ ...rest
  ) => later(run, (ms ?? 0) + delay(), ...rest);

  const frame = page.requestAnimationFrame.bind(page);
  const cancel = page.cancelAnimationFrame.bind(page);
  /** @type {Map<number, number>} */
  const frames = new Map();
  page.requestAnimationFrame = (/** @type {(time: number) => void} */ run) => {
    let left = Math.round(delay() / 16);
    const step = (/** @type {number} */ time) => {
      if (left-- > 0) return void frames.set(id, frame(step));
      frames.delete(id);
      run(time);
    };
    /** @type {number} */
    const id = frame(step);
    frames.set(id, id);
    return id;
  };
  page.cancelAnimationFrame = (/** @type {number} */ id) => {
    cancel(frames.get(id) ?? id);
    frames.delete(id);
  };

  const post = page.postMessage.bind(page);
  const messages = queue();
  page.postMessage = (/** @type {unknown} */ message, /** @type {unknown} */ target) => {
    const copy = page.structuredClone(message);
    messages(() => post(copy, target));
  };

  for (const name of ['ResizeObserver', 'IntersectionObserver']) {
    const Observer = page[name];
    page[name] = class extends Observer {
      constructor(/** @type {(...args: unknown[]) => void} */ run, /** @type {unknown} */ settings) {
        const seen = queue();
        let isOver = false;
        super((/** @type {unknown[]} */ ...args) => seen(() => isOver || run(...args)), settings);
        this.end = () => (isOver = true);
      }
      disconnect() {
        super.disconnect();
        this.end();
      }
    };
  }

  const bitmap = page.createImageBitmap.bind(page);
  page.createImageBitmap = async (/** @type {unknown[]} */ ...args) => {
    const made = await bitmap(...args);
    await new Promise((resolve) => later(resolve, delay()));
    return made;
  };
}
