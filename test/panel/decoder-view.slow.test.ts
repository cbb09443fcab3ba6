/** With the host 200 ms away, a drag is drawn in the frame after the pointer's event, by the panel alone. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { chromiumPath } from './browser.mjs';
import { asked, boxOf, openPage, usePages } from './pages';

const FAR = 200;
const MOVES = 20;

/** Notes in which frame of the browser an event came, and in which a canvas was drawn. */
const watch = (page: Page, event: string, on: string, canvas: string): Promise<void> =>
  page.evaluate(`(() => {
    const seen = { frame: 0, events: [], drawn: [] };
    const count = () => { seen.frame++; requestAnimationFrame(count); };
    requestAnimationFrame(count);
    const { putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.putImageData = function (...args) {
      putImageData.apply(this, args);
      if (this.canvas === document.querySelector(${JSON.stringify(canvas)})) seen.drawn.push(seen.frame);
    };
    document.querySelector(${JSON.stringify(on)}).addEventListener(${JSON.stringify(event)}, () => seen.events.push(seen.frame));
    globalThis.seen = seen;
  })()`);

interface Seen {
  readonly events: readonly number[];
  readonly drawn: readonly number[];
}

/** Moves the mouse to and fro, and returns what was seen of that. */
async function dragged(page: Page, at: (i: number) => readonly [number, number]): Promise<Seen> {
  await page.evaluate('seen.events.length = seen.drawn.length = 0');
  for (let i = 0; i < MOVES; i++) await page.mouse.move(...at(i));
  await page.evaluate('new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame))');
  return page.evaluate<Seen>('seen');
}

/**
 * Each event is drawn in the frame that follows it, and no frame draws twice.
 * @param answers of the engine, each of which may have the picture drawn once more
 */
function expectDrawnAtOnce({ events, drawn }: Seen, answers = 0): void {
  expect(events.length).toBeGreaterThan(MOVES / 2);
  const due = new Set(events.map((frame) => frame + 1));
  expect(drawn).toEqual(expect.arrayContaining([...due]));
  expect(drawn.length - due.size).toBeLessThanOrEqual(answers);
}

/** Moves until the panel has the weights: from then on, `decode` is not asked for. */
async function untilHere(page: Page, move: () => Promise<void>): Promise<void> {
  await eventually(async () => {
    await move();
    return page.evaluate('seen.drawn.length > 0');
  }).toBe(true);
  await eventually(async () => {
    await page.evaluate('harness.host.asked.length = seen.drawn.length = 0');
    await move();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    return page.evaluate(`seen.drawn.length > 0 && seen.drawn.at(-1) <= seen.events.at(-1) + 1`);
  }).toBe(true);
}

/** The methods that the host was asked for, also those that are still on their way. */
const arrived = async (page: Page): Promise<string[]> => {
  await page.evaluate(`new Promise((done) => setTimeout(done, ${2 * FAR}))`);
  const all = await page.evaluate<{ method: string }[]>('harness.host.asked');
  return all.map(({ method }) => method);
};

/**
 * Drags a slider to and fro and checks that the panel alone draws each of its points; the mouse stays down.
 * @param on selector of the slider @param canvas selector of its picture
 */
async function dragFarFromEngine(page: Page, slider: Locator, on: string, canvas: string): Promise<void> {
  const box = await boxOf(slider);
  const y = box.y + box.height / 2;
  const at = (i: number) => [box.x + box.width * (0.2 + 0.03 * i), y] as const;
  await page.mouse.move(...at(0));
  await page.mouse.down();
  await watch(page, 'input', on, canvas);
  let moves = 0;
  await untilHere(page, () => page.mouse.move(...at(moves++ % MOVES)));
  await arrived(page);
  await page.evaluate('harness.host.asked.length = 0');
  const seen = await dragged(page, at);
  expectDrawnAtOnce(seen);
  const requests = await arrived(page);
  expect(requests).toEqual([]);
}

describe.skipIf(chromiumPath === null)('a panel that decodes by itself, in Chromium', () => {
  usePages();

  test.each(['decoder', 'decoder-conv-colour'])('a slider of a dimension, %s', async (scenario) => {
    const page = await openPage({ scenario });
    await page.locator('#tab-dimensions').click();
    const slider = page.getByLabel('Dimension 1, z', { exact: true });
    await slider.waitFor();
    await page.evaluate(`harness.distance.ms = ${FAR}`);
    await dragFarFromEngine(page, slider, 'input[aria-label="Dimension 1, z"]', '.stage-box .big');
    await page.mouse.up();
    await eventually(() => asked(page, 'traverse')).toHaveLength(1);
  });

  test('the slider along a direction', async () => {
    const page = await openPage({ scenario: 'decoder-map', width: 1400, height: 900 });
    await page.locator('#tab-directions').click();
    await page.getByLabel('From', { exact: true }).selectOption('label:3');
    await page.getByLabel('To', { exact: true }).selectOption('label:8');
    await page
      .locator('.directions vscode-button:not([disabled])', { hasText: 'Make Direction' })
      .first()
      .click();
    await page.locator('.direction-mover .frame-strip .frame').first().waitFor();
    await page.evaluate(`harness.distance.ms = ${FAR}`);
    const slider = page.getByLabel('Place along the direction');
    await dragFarFromEngine(page, slider, '.direction-mover input[type=range]', '.direction-picture canvas');
    await page.mouse.up();
  });

  test('the place under the mouse on the map; what is near follows from the engine', async () => {
    const page = await openPage({ scenario: 'decoder-map', width: 1400, height: 900 });
    await page.locator('#tab-map').click();
    await page.getByRole('tab', { name: 'Here', exact: true }).click();
    await page.locator('.map-legend [data-key]').first().waitFor();
    const stage = page.locator('.map-stage');
    await page.evaluate(`harness.distance.ms = ${FAR}`);
    const box = await boxOf(stage);
    const at = (i: number) => [box.x + box.width * (0.3 + 0.02 * i), box.y + box.height / 2] as const;
    await page.mouse.move(...at(0));
    await watch(page, 'pointermove', '.map-stage', '.here-body canvas');
    let moves = 0;
    await untilHere(page, () => page.mouse.move(...at(moves++ % MOVES)));
    await arrived(page);
    await page.evaluate('harness.host.asked.length = 0');
    const seen = await dragged(page, at);
    const requests = await arrived(page);
    expectDrawnAtOnce(seen, requests.length);
    expect([...new Set(requests)]).toEqual(['probe']);
    // It does not replace the picture, which has another size than those of the engine here.
    await page.locator('.here .near-image').first().waitFor();
    const canvas = page.locator('.here-body canvas');
    await eventually(() => canvas.getAttribute('width')).toBe('10');
  });
});
