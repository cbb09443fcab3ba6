// How smoothly the map of the explorer panel moves, in Chromium's software renderer: `node bench/map.mjs [SCENARIO ...]`.
// The map is dragged by a mouse in the page, or plays its snapshots; a frame counts when the browser has presented it. Where other programs
// take the cores' time, the processor time of the browser's processes says more than frames a second. `--shipped` leaves out other ways to draw.
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { openBrowser } from '../test/panel/browser.mjs';

const SECONDS = 8;
const SCENARIOS = ['map-70000', 'map-million', 'map-time-20000'];

/** Runs in the page: drags in circles, one step a frame, and counts frames. Pixels are read back, so that none is only queued. */
const DRAG = `(async (seconds) => {
  const stage = document.querySelector('.map-stage');
  const box = stage.getBoundingClientRect();
  const at = (type, x, y) =>
    stage.dispatchEvent(new PointerEvent(type, { pointerId: 1, button: 0, bubbles: true, clientX: box.x + x, clientY: box.y + y }));
  stage.setPointerCapture = () => undefined;
  const [x, y] = [box.width / 2, box.height / 2];
  const presented = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const gl = stage.querySelector('canvas').getContext('webgl2');
  const pixel = new Uint8Array(4);
  at('pointerdown', x, y);
  await presented();
  const times = [];
  const end = performance.now() + seconds * 1000;
  for (let step = 0; performance.now() < end; step++) {
    const start = performance.now();
    at('pointermove', x + 80 * Math.cos(step / 7), y + 80 * Math.sin(step / 7));
    await new Promise((resolve) => requestAnimationFrame(resolve));
    gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    times.push(performance.now() - start);
  }
  at('pointerup', x, y);
  return times;
})`;

/** Runs in the page: plays through the snapshots, and counts frames. */
const PLAY = `(async (seconds) => {
  const stage = document.querySelector('.map-stage');
  const gl = stage.querySelector('canvas').getContext('webgl2');
  const pixel = new Uint8Array(4);
  const play = document.querySelector('.time-play');
  play.click();
  const times = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const start = performance.now();
    await new Promise((resolve) => requestAnimationFrame(resolve));
    gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    times.push(performance.now() - start);
  }
  play.click();
  return times;
})`;

/**
 * Processor time of all processes of the browser in ms, and the largest resident set of a process that runs pages in MiB.
 * @param {import('playwright-core').CDPSession} session
 */
async function processes(session) {
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  return {
    processorMs: processInfo.reduce((sum, { cpuTime }) => sum + 1000 * cpuTime, 0),
    residentMiB: Math.max(...pages.map(({ id }) => residentMiB(id))),
  };
}

/** @param {number} pid */
function residentMiB(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}

const browser = await openBrowser();
console.log(
  `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown processor'}; load ${loadavg()[0]?.toFixed(1)}`,
);
const isShipped = process.argv.includes('--shipped');
const named = process.argv.slice(2).filter((each) => each !== '--shipped');
for (const scenario of named.length > 0 ? named : SCENARIOS) {
  for (const webgl of isShipped ? [false] : [false, true]) {
    for (const thumbnails of [true, false]) {
      const { page } = await browser.open({ scenario, webgl, width: 1200, height: 1000 });
      page.setDefaultTimeout(300_000);
      const loaded = performance.now();
      await page.locator('#tab-map').click();
      await page.locator('.map-legend').waitFor();
      const seconds = (performance.now() - loaded) / 1000;
      if (!thumbnails) {
        await page.locator('.map-menu .popover-button').click();
        await page
          .locator('.map-menu vscode-checkbox', { hasText: 'Thumbnails' })
          .locator('.control')
          .click();
        await page.keyboard.press('Escape');
      }
      await page.waitForTimeout(1500);
      const session = await page.context().browser()?.newBrowserCDPSession();
      if (!session) throw new Error('the browser has gone');
      const before = await processes(session);
      /** @type {number[]} */
      const times = await page.evaluate(`${scenario.startsWith('map-time') ? PLAY : DRAG}(${SECONDS})`);
      const after = await processes(session);
      const [processor, resident] = [
        (after.processorMs - before.processorMs) / times.length,
        after.residentMiB,
      ];
      const sorted = [...times].sort((a, b) => a - b);
      const milliseconds = (/** @type {number} */ part) =>
        sorted[Math.floor(part * (sorted.length - 1))]?.toFixed(1);
      console.log(
        `${scenario}, ${webgl ? 'WebGL by the processor' : 'as shipped'}, thumbnails ${thumbnails ? 'on' : 'off'}: ` +
          `${(times.length / SECONDS).toFixed(1)} frames/s, median ${milliseconds(0.5)} ms, p95 ${milliseconds(0.95)} ms, ` +
          `${processor.toFixed(1)} ms of processor time a frame, ${resident.toFixed(0)} MiB resident ` +
          `(there after ${seconds.toFixed(1)} s)`,
      );
      await session.detach();
      await page.close();
    }
  }
}
await browser.close();
