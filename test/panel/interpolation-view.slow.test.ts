import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath } from './browser.mjs';
import { openPage, usePages } from './pages';
import type { PageOptions } from './pages';

const open = (options: PageOptions): Promise<Page> =>
  openPage({ view: 'interpolation', width: 300, ...options });
const drag = (page: Page, places: number, milliseconds = 4): Promise<unknown> =>
  page.evaluate(`(async () => {
    const slider = document.querySelector('input[type=range]');
    for (let i = 1; i <= ${places}; i++) {
      slider.value = String(i / ${places});
      slider.dispatchEvent(new Event('input'));
      if (${milliseconds} > 0) await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
    }
  })()`);
interface Call {
  readonly method: string;
  readonly params: { readonly t: number; readonly spherical: boolean };
}
const calls = (page: Page): Promise<Call[]> => page.evaluate('harness.host.calls');
/** What is used of a canvas: the driving side is typed without a DOM. */
interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}
const sum = (page: Page): Promise<number> =>
  page.locator('.picture.big').evaluate((node: Canvas) =>
    node
      .getContext('2d')
      .getImageData(0, 0, node.width, node.height)
      .data.reduce((total, value) => total + value, 0),
  );

describe.skipIf(chromiumPath === null)('interpolation view in Chromium', () => {
  usePages();

  test('a drag decodes as it goes, one frame at a time, and ends on the last place', async () => {
    const page = await open({});
    await page.locator('.picture.big').waitFor();
    const before = await sum(page);
    await drag(page, 50);
    await expect.poll(async () => (await calls(page)).at(-1)?.params.t).toBe(1);
    expect(await page.evaluate('harness.host.mostOutstanding')).toBe(1);
    await expect.poll(() => sum(page)).not.toBe(before);
  });

  test('places that the slider has left before their turn are not decoded', async () => {
    const page = await open({});
    await page.locator('.picture.big').waitFor();
    const before = (await calls(page)).length;
    await drag(page, 50, 0);
    await expect.poll(async () => (await calls(page)).at(-1)?.params.t).toBe(1);
    expect((await calls(page)).length - before).toBeLessThanOrEqual(2);
  });

  test('a superseded frame is no error', async () => {
    const page = await open({ scenario: 'superseding' });
    await page.locator('.picture.big').waitFor();
    await drag(page, 30);
    await page.waitForTimeout(150);
    expect(await page.locator('[role=alert]').isVisible()).toBe(false);
  });

  test('another failure is shown', async () => {
    const page = await open({ scenario: 'failing' });
    await expect.poll(() => page.locator('[role=alert]').textContent()).toBe('The engine has gone.');
  });

  test('a frame of the other path moves the slider there; the keyboard moves on; a reload comes back', async () => {
    const page = await open({});
    await page.getByRole('button', { name: 'Spherical, t 0.20' }).click();
    const slider = page.locator('input[type=range]');
    expect(await slider.inputValue()).toBe('0.2');
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    expect(await slider.inputValue()).toBe('0.21');
    await expect.poll(async () => (await calls(page)).at(-1)?.params).toEqual({ t: 0.21, spherical: true });
    await page.reload();
    await expect.poll(() => slider.inputValue()).toBe('0.21');
    await expect.poll(async () => (await calls(page)).at(-1)?.params.spherical).toBe(true);
  });

  test('names are text', async () => {
    const page = await open({});
    await expect.poll(() => page.locator('.end.to').textContent()).toContain('<b>eight</b>');
  });

  test.each([false, true])('play moves, pause rests (reduced motion: %s)', async (reducedMotion) => {
    const page = await open({ reducedMotion });
    const slider = page.locator('input[type=range]');
    await slider.waitFor();
    expect(await slider.inputValue()).toBe('0.5');
    await page.locator('vscode-button', { hasText: 'Play' }).click();
    await expect.poll(() => slider.inputValue()).not.toBe('0.5');
    await page.locator('vscode-button', { hasText: 'Pause' }).click();
    const rest = await slider.inputValue();
    await page.waitForTimeout(200);
    expect(await slider.inputValue()).toBe(rest);
    if (reducedMotion) expect((Number(rest) * 100) % 12.5).toBeLessThanOrEqual(0.51);
  });

  test('without images, it asks for two', async () => {
    const page = await open({ scenario: 'empty' });
    await page.locator('vscode-button', { hasText: 'Pick Two Images' }).click();
    await page.locator('.picture.big').waitFor();
  });
});
