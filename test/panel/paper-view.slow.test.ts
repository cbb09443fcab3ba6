import type { Locator, Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { chromiumPath } from './browser.mjs';
import { openPage, usePages } from './pages';
import type { Canvas, PageOptions } from './pages';
import { eventually } from '../support/eventually';

const open = async (options: PageOptions): Promise<Page> => {
  const page = await openPage(options);
  await page.locator('.chart canvas').waitFor();
  return page;
};
const box = (page: Page, label = 'Paper (Figure 2)'): Locator =>
  page.locator('vscode-checkbox', { hasText: label }).first();
const toggle = (page: Page, label?: string): Promise<void> => box(page, label).locator('.control').click();
const verdict = (page: Page): Promise<string | null> => page.locator('.paper-verdict').textContent();

/**
 * How many pixels of the canvas's last fifth are coloured. The run has done 2.4 of its 10 million samples, so nothing of
 * its own is drawn there once the axis goes on to the end.
 */
const ahead = (page: Page): Promise<number> =>
  page
    .locator('.chart canvas')
    .first()
    .evaluate((node: Canvas) => {
      const from = Math.floor(node.width * 0.85);
      const { data } = node.getContext('2d').getImageData(from, 0, node.width - from, node.height);
      let found = 0;
      for (let i = 0; i < data.length; i += 4) {
        const colours = [data[i]!, data[i + 1]!, data[i + 2]!];
        if (data[i + 3]! > 60 && Math.max(...colours) - Math.min(...colours) > 40) found++;
      }
      return found;
    });

describe.skipIf(chromiumPath === null)('the paper beside the run, in Chromium', () => {
  usePages();

  test('off at first; switched on, the curves, their legend and a verdict are there, and they survive a reload', async () => {
    const page = await open({ scenario: 'paper' });
    await eventually(() => page.locator('.paper-note').isVisible()).toBe(false);
    const label = (): Promise<string | null> => page.locator('.chart').getAttribute('aria-label');
    await eventually(() => label()).not.toContain('paper');
    await toggle(page);
    const text =
      /^At 2,400,000 samples: validation bound \u2212107\.5, the paper\u2019s test curve \u2212114\.2 \(6\.7 nats better\)\.$/;
    await eventually(() => verdict(page)).toMatch(text);
    await eventually(() => page.locator('.paper-legend').innerText()).toMatch(
      /Paper, training\s+Paper, test/,
    );
    await eventually(() => label()).toContain('the paper\u2019s test curve \u2212114.2');
    // Ahead of the run, where its own curves have not come yet.
    await eventually(() => ahead(page)).toBeGreaterThan(60);
    await page.reload();
    await eventually(() => verdict(page)).toMatch(text);
    await toggle(page);
    await eventually(() => page.locator('.paper-note').isVisible()).toBe(false);
    await eventually(() => label()).not.toContain('paper');
  });

  test('on both axes, whole and in part, the curves are drawn', async () => {
    const page = await open({ scenario: 'paper' });
    await toggle(page);
    for (const label of ['Full range', 'Log axis', 'Full range']) {
      await toggle(page, label);
      await eventually(() => ahead(page)).toBeGreaterThan(60);
    }
  });

  test('the verdict follows the cursor, and says it to a screen reader when the keyboard moved it', async () => {
    const page = await open({ scenario: 'paper' });
    await toggle(page);
    await eventually(() => verdict(page)).toContain('2,400,000');
    const place = page.locator('.paper-verdict');
    await eventually(() => place.getAttribute('aria-live')).toBe('off');
    await page.locator('.chart').focus();
    for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft');
    await eventually(() => verdict(page)).not.toContain('2,400,000');
    await eventually(() => verdict(page)).toContain('nats better');
    await eventually(() => place.getAttribute('aria-live')).toBe('polite');
    await page.keyboard.press('Home');
    await eventually(() => verdict(page)).toBe('No validation bound to compare with the paper yet.');
    await page.keyboard.press('Escape');
    await eventually(() => verdict(page)).toContain('2,400,000');
  });

  test('before the curve begins, the verdict says where it does', async () => {
    const page = await open({ scenario: 'paper-start' });
    await toggle(page);
    await eventually(() => verdict(page)).toContain('begins at 794,300 samples');
    await eventually(() => ahead(page)).toBeGreaterThan(60);
  });

  test('a run of other images is not compared', async () => {
    const page = await open({});
    await eventually(() => box(page, 'Log axis').isVisible()).toBe(true);
    await eventually(() => box(page).isVisible()).toBe(false);
  });

  test.each(['dark', 'light', 'high-contrast'])('nothing sticks out at 300 pixels: %s', async (theme) => {
    const page = await open({ scenario: 'paper', width: 300, theme });
    await toggle(page);
    await eventually(() => ahead(page)).toBeGreaterThan(10);
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBe(300);
  });
});
