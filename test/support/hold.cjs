/**
 * Loaded into a training before its program (`--require` in NODE_OPTIONS): once it has recorded one of the steps that VAE_TEST_HOLD names,
 * it stands still until it is let go, so that it is caught there however fast it is. See hold.ts.
 */
'use strict';
const fs = require('node:fs');
const { join } = require('node:path');

/** Milliseconds between two looks whether it may go on. */
const PAUSE = 5;
/** @type {{ folder: string, steps: number[] }} */
const { folder, steps } = JSON.parse(process.env['VAE_TEST_HOLD'] ?? '{"folder":"","steps":[]}');

/** @param {string} text lines of metrics.jsonl that have been written */
function hold(text) {
  const recorded = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number(JSON.parse(line).step ?? 0));
  for (const step of steps.filter((at) => recorded.some((one) => one >= at))) {
    const free = join(folder, `${step}.free`);
    if (fs.existsSync(free)) continue;
    fs.writeFileSync(join(folder, `${step}.held`), '');
    const nobody = new Int32Array(new SharedArrayBuffer(4));
    while (!fs.existsSync(free)) Atomics.wait(nobody, 0, 0, PAUSE);
  }
}

const { open } = fs.promises;
let patched = false;
fs.promises.open = async function (...args) {
  const handle = await open.apply(this, args);
  if (patched || steps.length === 0) return handle;
  patched = true;
  const prototype = Object.getPrototypeOf(handle);
  const { appendFile } = prototype;
  prototype.appendFile = async function (/** @type {unknown} */ data, /** @type {unknown[]} */ ...rest) {
    await appendFile.call(this, data, ...rest);
    if (typeof data === 'string' && data.startsWith('{"type":')) hold(data);
  };
  return handle;
};
