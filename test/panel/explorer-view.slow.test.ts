import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath } from './browser.mjs';
import { openPage as open, usePages } from './pages';
import type { Canvas } from './pages';
import { atRest } from './movement.mjs';
import { eventually } from '../support/eventually';

const toggle = (page: Page, label: string): Promise<void> =>
  page.locator('vscode-checkbox', { hasText: label }).first().locator('.control').click();
const press = (page: Page, label: string): Promise<void> =>
  page.locator('vscode-button:not([disabled]):visible', { hasText: label }).first().click();
const calls = (page: Page): Promise<{ method: string; params: unknown }[]> =>
  page.evaluate('harness.host.calls');
/** What is used of a widget: the driving side is typed without a DOM. */
interface Widget {
  readonly checked: boolean;
  readonly disabled: boolean;
}
/** How many of the canvas's pixels are nearly of this colour. */
const painted = (canvas: Locator, colour: readonly number[]): Promise<number> =>
  canvas.evaluate((node: Canvas, [r = 0, g = 0, b = 0]) => {
    const { data } = node.getContext('2d').getImageData(0, 0, node.width, node.height);
    let found = 0;
    for (let i = 0; i < data.length; i += 4) {
      const distance = Math.abs(data[i]! - r) + Math.abs(data[i + 1]! - g) + Math.abs(data[i + 2]! - b);
      if (distance < 40 && data[i + 3]! > 200) found++;
    }
    return found;
  }, colour);
const isChecked = (box: Locator): Promise<boolean> => box.evaluate((node: Widget) => node.checked);
/** How far the content is wider than its place, in px. */
const overhang = (node: { scrollWidth: number; clientWidth: number }): number =>
  node.scrollWidth - node.clientWidth;
const BLUE = [0x37, 0x94, 0xff];
const ORANGE = [0xd1, 0x86, 0x16];

describe.skipIf(chromiumPath === null)('explorer panel in Chromium', () => {
  usePages();

  test('draws both splits as metrics arrive', async () => {
    const page = await open({ scenario: 'fresh' });
    await page.getByText('No step has been recorded yet.').waitFor();
    await eventually(() => page.locator('.chart canvas').count()).toBe(0);
    await page.evaluate('harness.host.advance(500)');
    const canvas = page.locator('.chart canvas');
    await canvas.waitFor();
    await eventually(() => painted(canvas, BLUE)).toBeGreaterThan(50);
    await eventually(() => painted(canvas, ORANGE)).toBeGreaterThan(50);
    await page.evaluate('harness.host.advance(500)');
    await eventually(() => page.locator('.read-out-place').textContent()).toContain('step 1,000');
    await eventually(() => page.locator('.chart').getAttribute('aria-label')).toContain('100,000 samples');
    await eventually(() => page.locator('.reconstructions canvas').count()).toBe(32);
  });

  test('the first point is drawn, before there is a line', async () => {
    const page = await open({ scenario: 'fresh' });
    await page.getByText('No step has been recorded yet.').waitFor();
    await page.evaluate('harness.host.advance(10)');
    const canvas = page.locator('.chart canvas');
    await eventually(() => page.locator('.read-out-place').textContent()).toContain(
      '1,000 samples · step 10',
    );
    await eventually(() => painted(canvas, BLUE)).toBeGreaterThan(8);
  });

  test('curve, reconstructions, active dimensions and the evaluation are above the fold; in a narrow view below each other', async () => {
    const page = await open({ width: 1400, height: 900 });
    const parts = ['.chart', '.read-out', '.reconstructions', '.activity-text', '.evaluation'];
    for (const part of parts) await page.locator(part).waitFor();
    const bottoms = async (): Promise<number> => {
      const boxes = await Promise.all(parts.map((part) => page.locator(part).boundingBox()));
      return Math.max(...boxes.map((box) => box!.y + box!.height));
    };
    await eventually(bottoms).toBeLessThan(900);
    const chart = async (): Promise<number> => (await page.locator('.chart canvas').boundingBox())!.height;
    await eventually(chart).toBeGreaterThan(400);
    const left = async (part: string): Promise<number> => (await page.locator(part).boundingBox())!.x;
    await eventually(() => left('.reconstructions')).toBeGreaterThan(600);
    // The chart takes what height there is, with the panel of the KL in it.
    const before = await chart();
    await page.setViewportSize({ width: 1400, height: 700 });
    await eventually(chart).toBeLessThan(before - 150);
    await page.setViewportSize({ width: 700, height: 900 });
    await eventually(async () =>
      Math.abs((await left('.reconstructions')) - (await left('.curve'))),
    ).toBeLessThan(2);
    await eventually(chart).toBeGreaterThan(200);
  });

  test('a pair of an image and its reconstruction opens the image in the inspector', async () => {
    const page = await open({});
    const pair = page.locator('.pair').nth(3);
    await pair.click();
    const choices = (): Promise<unknown> =>
      page.evaluate('JSON.parse(sessionStorage.getItem("state of explorer")).runs[0][1].inspected');
    await eventually(choices).toBe('digits/0003.png');
  });

  test('reconstruction and KL can be switched on, the KL in a panel of its own', async () => {
    const page = await open({});
    await page.locator('.chart canvas').waitFor();
    await toggle(page, 'KL');
    await eventually(() => page.locator('.chart canvas').count()).toBe(2);
    const before = await painted(page.locator('.chart canvas').first(), ORANGE);
    await toggle(page, 'Reconstruction');
    await eventually(() => painted(page.locator('.chart canvas').first(), ORANGE)).not.toBe(before);
    await toggle(page, 'KL');
    await eventually(() => page.locator('.chart canvas').count()).toBe(1);
  });

  test('the logarithmic axis spreads the start', async () => {
    const page = await open({});
    const chart = page.locator('.chart');
    const place = page.locator('.read-out-place');
    /** Samples under the middle of the chart. */
    const middle = async (): Promise<number> => {
      await page.mouse.move(1, 1);
      await chart.locator('.u-over').hover();
      return Number(((await place.textContent()) ?? '').split(' ')[0]!.replaceAll(',', ''));
    };
    await chart.locator('canvas').waitFor();
    const log = await middle();
    await toggle(page, 'Log axis');
    await eventually(middle).toBeGreaterThan(5 * log);
  });

  test('choices survive a reload', async () => {
    const page = await open({ scenario: 'cards' });
    await page.locator('.card').first().waitFor();
    // The inspector has a box of a similar name, and may be there before the tab.
    await page.locator('.chart canvas').waitFor();
    await toggle(page, 'KL');
    await toggle(page, 'Log axis');
    const second = page.locator('#tray [role=option]').nth(1);
    await second.focus();
    await page.keyboard.press(' ');
    await eventually(() => second.getAttribute('aria-selected')).toBe('true');
    await atRest(page);
    await page.reload();
    await eventually(() => page.locator('.chart canvas').count()).toBe(2);
    const box = (label: string): Locator => page.locator('vscode-checkbox', { hasText: label }).first();
    await eventually(() => isChecked(box('KL'))).toBe(true);
    await eventually(() => isChecked(box('Log axis'))).toBe(false);
    await eventually(() => isChecked(box('Full range'))).toBe(false);
    await eventually(() => second.getAttribute('aria-selected')).toBe('true');
  });

  test('the keyboard moves along the curve', async () => {
    const page = await open({ scenario: 'cards' });
    await page.locator('.chart canvas').waitFor();
    await page.locator('.chart').focus();
    const place = page.locator('.read-out-place');
    await page.keyboard.press('Home');
    await eventually(() => place.textContent()).toContain('step 50');
    await page.keyboard.press('Shift+ArrowRight');
    await eventually(() => place.textContent()).toContain('step 100');
    await eventually(() => place.getAttribute('aria-live')).toBe('polite');
    await page.keyboard.press('Escape');
    await eventually(() => place.textContent()).toContain('Newest');
  });

  test('buttons follow the state, and a failure is shown until the next try', async () => {
    const page = await open({ scenario: 'cards' });
    await press(page, 'Pause');
    await page.locator('vscode-button', { hasText: 'Continue' }).waitFor();
    await press(page, 'Open Image');
    const trouble = page.locator('.messages .notice.error');
    await eventually(() => trouble.textContent()).toContain('outside the dataset folder');
    await page.evaluate('harness.host.advance(50)');
    await atRest(page);
    await eventually(() => trouble.textContent()).toContain('outside the dataset folder');
    await press(page, 'Continue');
    await eventually(() => trouble.count()).toBe(0);
    await press(page, 'Stop');
    await page.locator('vscode-button', { hasText: 'Resume' }).waitFor();
  });

  test('no run, no engine, a failed run', async () => {
    const empty = await open({ scenario: 'empty' });
    await press(empty, 'Train');
    await eventually(() => calls(empty)).toEqual([{ method: 'train', params: {} }]);
    const gone = await open({ scenario: 'gone' });
    await eventually(() => gone.locator('.notice.error').textContent()).toContain('does not answer');
    const failed = await open({ scenario: 'failed' });
    await eventually(() => failed.locator('.notice.error').textContent()).toContain('not finite at step 310');
    await press(failed, 'Show Log');
    await eventually(() => calls(failed)).toContainEqual({ method: 'showLog', params: {} });
  });

  test('a resumed run forgets the rows after its checkpoint', async () => {
    const page = await open({});
    await eventually(() => page.locator('.read-out-place').textContent()).toContain('step 24,000');
    await page.evaluate('harness.host.rewind(10000)');
    await eventually(() => page.locator('.read-out-place').textContent()).toContain('step 10,000');
  });

  test('twenty thousand rows draw within a frame or two', async () => {
    const page = await open({ scenario: 'long' });
    await page.locator('.chart canvas').waitFor();
    const session = await page.context().newCDPSession(page);
    // Processor time of the page's thread: other processes make a clock go on, but not this.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const used = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      return metrics.find(({ name }) => name === 'TaskDuration')!.value;
    };
    const before = await used();
    await page.evaluate(`new Promise((resolve) => {
      let frames = 0;
      const tick = () => {
        if (frames++ % 6 === 0) harness.host.advance(11);
        frames < 60 ? requestAnimationFrame(tick) : resolve();
      };
      requestAnimationFrame(tick);
    })`);
    const secondsPerRedraw = ((await used()) - before) / 10;
    // A shared machine without a graphics card; a redraw that is not linear in the rows takes seconds.
    expect(secondsPerRedraw).toBeGreaterThan(0);
    expect(secondsPerRedraw).toBeLessThan(1);
  });

  test('a change of theme repaints the curve', async () => {
    const page = await open({});
    const canvas = page.locator('.chart canvas');
    await canvas.waitFor();
    await eventually(() => painted(canvas, BLUE)).toBeGreaterThan(50);
    await page.evaluate(`harness.setTheme('light')`);
    await eventually(() => painted(page.locator('.chart canvas'), [0x1a, 0x85, 0xff])).toBeGreaterThan(50);
  });

  test('nothing sticks out at 300 pixels', async () => {
    const page = await open({ scenario: 'cards', width: 300 });
    await page.locator('.chart canvas').waitFor();
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBe(300);
    await eventually(() => page.locator('.stage').evaluate(overhang as never)).toBe(0);
  });
});
