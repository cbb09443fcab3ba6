/** With the window 150 ms from the host each way, as over SSH: what a hand does is shown in the frame after, and late answers undo none of it. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { chromiumPath } from './browser.mjs';
import { mapStage, openMap } from './map-pages';
import { boxOf, openPage, usePages } from './pages';
import { atRest } from './movement.mjs';

const AWAY = 150;

/** Puts the host so far away; its answers to what was asked before still come at once. */
const goAway = (page: Page): Promise<unknown> =>
  page.evaluate(`Object.assign(harness.distance, { ms: ${AWAY}, back: ${AWAY} })`);

/** Waits until what an input changes at once has been drawn. */
const frames = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');

/** What the search says now, without waiting for it. */
const searched = (page: Page): Promise<{ typed: string; found: number }> =>
  page.evaluate(`({
    typed: document.querySelector('.map-search').value,
    found: Number(document.querySelector('.map-find [role=status]').textContent.replaceAll(/\\D/g, '')),
  })`);

/** Waits until every answer to what was asked so far has come. */
const roundTrip = (page: Page): Promise<unknown> =>
  page.evaluate(`new Promise((done) => setTimeout(done, ${3 * AWAY}))`);

describe.skipIf(chromiumPath === null)('far from the host, in Chromium', () => {
  usePages();

  test('a search is typed letter by letter, each with its count in the next frames; late answers change nothing', async () => {
    const page = await openMap();
    await mapStage(page);
    await goAway(page);
    await page.locator('.map-search').focus();
    const counts: number[] = [];
    for (const [i, letter] of ['0', '0', '1', '2'].entries()) {
      await page.keyboard.press(letter);
      await frames(page);
      const { typed, found } = await searched(page);
      expect(typed).toBe('0012'.slice(0, i + 1));
      counts.push(found);
    }
    // Each letter narrows it.
    expect(counts).toEqual([...counts].sort((one, other) => other - one));
    expect(counts.at(-1)).toBeGreaterThan(0);
    expect(counts.at(-1)).toBeLessThan(counts[0]!);
    await roundTrip(page);
    const { typed, found } = await searched(page);
    expect({ typed, found }).toEqual({ typed: '0012', found: counts.at(-1) });
  });

  test('the map is hovered and zoomed at once; the picture of a point follows', async () => {
    const page = await openMap();
    const stage = await mapStage(page);
    const box = await boxOf(stage);
    const tip = page.locator('.map-tip:not([hidden])');
    await goAway(page);
    let isOnPoint = false;
    for (let x = 0.1; x < 0.9 && !isOnPoint; x += 0.01) {
      await page.mouse.move(box.x + x * box.width, box.y + box.height / 2);
      isOnPoint = (await tip.count()) > 0;
    }
    expect(isOnPoint).toBe(true);
    await eventually(() => tip.locator('.map-tip-name').textContent()).not.toBe('');
    await tip.locator('canvas:not([hidden])').waitFor();
    await page.mouse.move(box.x + 2, box.y - 20);
    await atRest(page);
    const drawn = async (): Promise<string> => (await stage.screenshot()).toString('base64');
    const before = await drawn();
    const asked = await page.evaluate<number>('harness.host.calls.length');
    await stage.focus();
    await stage.press('+');
    await atRest(page);
    await eventually(drawn).not.toBe(before);
    // Where the map is looked at is the page's own affair.
    const since = await page.evaluate<{ method: string }[]>(`harness.host.calls.slice(${asked})`);
    expect(since.filter(({ method }) => /map/i.test(method) && method !== 'mapCards')).toEqual([]);
  });

  test('the curve says what is under the mouse in the next frames, while new points come', async () => {
    const page = await openPage({ scenario: 'fresh' });
    await page.getByText('No step has been recorded yet.').waitFor();
    await goAway(page);
    await page.evaluate('harness.host.advance(500)');
    await page.evaluate('harness.host.advance(500)');
    const place = page.locator('.read-out-place');
    await eventually(() => place.textContent()).toContain('step 1,000');
    const over = await boxOf(page.locator('.chart .u-over'));
    const at = async (share: number): Promise<number> => {
      await page.mouse.move(over.x + share * over.width, over.y + over.height / 2);
      await frames(page);
      const text = await page.evaluate<string>("document.querySelector('.read-out-place').textContent");
      return Number(/step ([\d,]+)/.exec(text)![1]!.replaceAll(',', ''));
    };
    const steps = [await at(0.3), await at(0.6), await at(0.9)];
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(new Set(steps).size).toBe(3);
    // What is looked at stays while the run goes on.
    await page.evaluate('harness.host.advance(500)');
    await roundTrip(page);
    await page.mouse.move(over.x + 1, over.y - 30);
    await eventually(() => place.textContent()).toContain('step 1,500');
  });

  test('a dragged path keeps under the hand: one frame is asked for at a time, and the last place is shown', async () => {
    const page = await openPage({ view: 'interpolation', width: 300 });
    const picture = page.locator('.picture.big');
    await picture.waitFor();
    await atRest(page);
    await goAway(page);
    const PLACES = 60;
    const before = await page.evaluate<number>('harness.host.calls.length');
    // A second's way of a hand, and where the slider is a frame after each of its places.
    const shown = await page.evaluate<[number, number][]>(`(async () => {
      const slider = document.querySelector('input[type=range]');
      const shown = [];
      for (let i = 1; i <= ${PLACES}; i++) {
        slider.value = String(i / ${PLACES});
        slider.dispatchEvent(new Event('input'));
        const set = Number(slider.value);
        await new Promise(requestAnimationFrame);
        shown.push([set, Number(slider.value)]);
      }
      return shown;
    })()`);
    for (const [set, seen] of shown) expect(seen).toBe(set);
    const last = (): Promise<{ params: { t: number } } | undefined> =>
      page.evaluate('harness.host.calls.findLast(({ params }) => "t" in params)');
    await eventually(async () => (await last())?.params.t).toBe(1);
    await roundTrip(page);
    await eventually(() => page.locator('input[type=range]').inputValue()).toBe('1');
    await eventually(() => page.evaluate('harness.host.mostOutstanding')).toBe(1);
    const asked = (await page.evaluate<number>('harness.host.calls.length')) - before;
    expect(asked).toBeLessThan(PLACES / 2);
    expect(asked).toBeGreaterThan(0);
  });
});
