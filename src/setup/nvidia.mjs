/** NVIDIA's graphics card of this machine, as its driver's own program says. */
import { run } from './run.mjs';

/** Time that the driver has to answer, in ms. */
const TIMEOUT = 60_000;

/**
 * @typedef {object} Card
 * @property {string} name as `NVIDIA H200`
 * @property {string} driver version, as `570.86.15`
 */

/**
 * Returns the first card.
 * @param {AbortSignal} [signal]
 * @returns {Promise<Card | { missing: string }>} or why there is none that can be used
 */
export async function nvidiaCard(signal) {
  const listed = await run('nvidia-smi', ['-L'], { timeout: TIMEOUT, signal });
  if (listed.code !== 0 || !/^GPU \d/m.test(listed.output)) {
    const said = listed.output.trim().split('\n')[0]?.slice(0, 200) || 'nothing';
    return {
      missing: `no graphics card of NVIDIA was found (nvidia-smi -L said: ${said}); install its driver`,
    };
  }
  const query = ['--query-gpu=name,driver_version', '--format=csv,noheader'];
  const { code, output } = await run('nvidia-smi', query, { timeout: TIMEOUT, signal });
  const [, name, driver] = /^(.{1,100}?), *(\d+(?:\.\d+)*)\s*$/m.exec(output) ?? [];
  if (code === 0 && name !== undefined && driver !== undefined) return { name, driver };
  return { missing: `nvidia-smi does not say its driver's version: ${output.trim().slice(0, 200)}` };
}

/**
 * Says that a driver is too old; null if it is new enough.
 * @param {Card} card
 * @param {string} least
 */
export function driverProblem({ name, driver }, least) {
  if (driver.localeCompare(least, 'en', { numeric: true }) >= 0) return null;
  return `the driver of ${name} is ${driver}, expected ${least} or newer: update it`;
}
