// Whether the explorer panel's memory stays flat while it is used: `node bench/soak.mjs [MINUTES]`, an hour unless said.
// In Chromium, on made-up data: a run that trains on, a map of 70,000 images, and a person who never rests.
import { openBrowser } from '../test/panel/browser.mjs';

const minutes = Number(process.argv[2] ?? 60);
const EVERY = 60_000;

const browser = await openBrowser();
const { page, errors } = await browser.open({ scenario: 'map-70000', width: 1200, height: 1000 });
// A page that is held up for minutes by others on the machine is not what is looked for.
page.setDefaultTimeout(600_000);
const session = await page.context().newCDPSession(page);
await page.locator('#tab-map').click();
await page.locator('.map-legend').waitFor({ timeout: 120_000 });

/** Bytes of the page's JavaScript, arrays included, after its garbage is collected, and how many nodes and listeners it has. */
async function measure() {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  return { heap: usedSize + backingStorageSize, nodes, listeners: jsEventListeners };
}

/** One round of use: every view is touched once. @param {number} round */
async function use(round) {
  await page.evaluate('harness.host.advance(50)');
  // What the double of the host remembers is not the panel's.
  await page.evaluate('harness.host.calls.length = harness.host.asked.length = 0');
  await page.locator('#tab-map').click();
  const stage = page.locator('section.map .map-stage');
  await stage.scrollIntoViewIfNeeded();
  const box = await stage.boundingBox();
  if (!box) throw new Error('the map is not there');
  const at = (/** @type {number} */ x, /** @type {number} */ y) =>
    page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 6 });
  await at(0.2 + 0.6 * ((round * 0.37) % 1), 0.5);
  await page.mouse.down();
  await at(0.5, 0.2 + 0.6 * ((round * 0.61) % 1));
  await page.mouse.up();
  await page.mouse.wheel(0, round % 2 === 0 ? -240 : 240);
  await page.mouse.click(box.x + box.width * 0.5, box.y + box.height * 0.5);
  await stage.press('ArrowRight');
  await stage.press('Enter');
  await page.getByLabel('Colour', { exact: true }).selectOption({ index: round % 3 });
  await page.keyboard.down('Shift');
  await at(0.3, 0.3);
  await page.mouse.down();
  await at(0.4, 0.4);
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await page.locator('#tab-dimensions').click();
  for (const place of await page.locator('section.dimensions input[type=range]').all()) {
    await place.focus();
    await place.press(round % 2 === 0 ? 'ArrowRight' : 'ArrowLeft');
    break;
  }
  await page.locator('#tab-samples').click();
  const again = page.locator('.tab-body.samples vscode-button', { hasText: 'Draw Again' });
  if (await again.isVisible()) await again.click();
  await page.locator('#tab-train').click();
  await page.locator('.chart').first().hover();
  await page.keyboard.press('ArrowLeft');
}

const start = performance.now();
const first = await measure();
let last = first;
let settled = first;
let next = EVERY;
let rounds = 0;
for (; performance.now() - start < minutes * 60_000; rounds++) {
  await use(rounds);
  if (performance.now() - start < next) continue;
  next += EVERY;
  last = await measure();
  const at = Math.round((performance.now() - start) / 60_000);
  // In the first minutes caches fill up to their bounds.
  if (at <= Math.max(1, minutes / 6)) settled = last;
  console.log(
    `${at} min, ${rounds + 1} rounds: heap ${(last.heap / 1e6).toFixed(1)} MB, ${last.nodes} nodes, ${last.listeners} listeners`,
  );
}
console.log(
  `${rounds} rounds in ${minutes} min: heap ${(first.heap / 1e6).toFixed(1)} MB at first, ${(settled.heap / 1e6).toFixed(1)} MB ` +
    `once settled, ${(last.heap / 1e6).toFixed(1)} MB at the end`,
);
for (const error of new Set(errors)) console.log(`error in the page: ${error}`);
await browser.close();
