import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { decodeGif } from '../../src/images/codecs/gif';
import { chromiumPath } from './browser.mjs';
import { openPage, usePages } from './pages';
import type { Canvas, PageOptions } from './pages';
import { atRest } from './movement.mjs';
import { eventually } from '../support/eventually';

const open = (options: PageOptions): Promise<Page> =>
  openPage({ view: 'interpolation', width: 300, ...options });
/** A hand's way over the slider, which takes its time. */
const drag = (page: Page, places: number, milliseconds = 4): Promise<unknown> =>
  page.evaluate(`(async () => {
    const slider = document.querySelector('input[type=range]');
    for (let i = 1; i <= ${places}; i++) {
      slider.value = String(i / ${places});
      slider.dispatchEvent(new Event('input'));
      if (${milliseconds} > 0) await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
    }
  })()`);
/** What is used of an element: the driving side is typed without a DOM. */
interface Placed {
  getBoundingClientRect(): { readonly top: number };
}
interface Call {
  readonly method: string;
  readonly params: { readonly t: number; readonly kind: string };
}
const calls = (page: Page): Promise<Call[]> => page.evaluate('harness.host.calls');
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
    await eventually(async () => (await calls(page)).at(-1)?.params.t).toBe(1);
    await eventually(() => page.evaluate('harness.host.mostOutstanding')).toBe(1);
    await eventually(() => sum(page)).not.toBe(before);
  });

  test('what the classifier says along the path, in lines and in words; nothing without one', async () => {
    const page = await open({ scenario: 'many' });
    const chart = page.locator('.class-chart');
    await chart.waitFor();
    await eventually(() => chart.locator('path.line').count()).toBe(2);
    const said = (): Promise<string[]> => chart.locator('.class-legend li').allTextContents();
    await page.locator('input[type=range]').fill('0');
    await eventually(said).toEqual(['cat 100 %', '<i>dog 0.0 %']);
    await page.locator('input[type=range]').fill('3');
    await eventually(said).toEqual(['cat 0.0 %', '<i>dog 100 %']);
    const none = await open({});
    await none.locator('.picture.big').waitFor();
    await eventually(async () => (await calls(none)).some(({ method }) => method === 'classes')).toBe(true);
    await eventually(() => none.locator('.class-chart').count()).toBe(0);
  });

  test('places that the slider has left before their turn are not decoded', async () => {
    const page = await open({});
    await page.locator('.picture.big').waitFor();
    const before = (await calls(page)).length;
    await drag(page, 50, 0);
    await eventually(async () => (await calls(page)).at(-1)?.params.t).toBe(1);
    await eventually(async () => (await calls(page)).length - before).toBeLessThanOrEqual(2);
  });

  test('a superseded frame is no error', async () => {
    const page = await open({ scenario: 'superseding' });
    await page.locator('.picture.big').waitFor();
    await drag(page, 30);
    await atRest(page);
    await eventually(() => page.locator('[role=alert]').isVisible()).toBe(false);
  });

  test('another failure is shown', async () => {
    const page = await open({ scenario: 'failing' });
    await eventually(() => page.locator('[role=alert]').textContent()).toBe('The engine has gone.');
  });

  test('a frame of the other path moves the slider there; the keyboard moves on; a reload comes back', async () => {
    const page = await open({});
    await page.getByRole('button', { name: 'Spherical, t 0.20' }).click();
    const slider = page.locator('input[type=range]');
    await eventually(() => slider.inputValue()).toBe('0.2');
    await slider.focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => slider.inputValue()).toBe('0.21');
    await eventually(async () => (await calls(page)).at(-1)?.params).toEqual({ t: 0.21, kind: 'spherical' });
    await page.reload();
    await eventually(() => slider.inputValue()).toBe('0.21');
    await eventually(async () => (await calls(page)).at(-1)?.params.kind).toBe('spherical');
  });

  test('names are text', async () => {
    const page = await open({});
    await eventually(() => page.locator('.waypoint-name').last().textContent()).toContain('<b>eight</b>');
  });

  test.each([false, true])('play moves, pause rests (reduced motion: %s)', async (reducedMotion) => {
    const page = await open({ reducedMotion });
    const slider = page.locator('input[type=range]');
    await slider.waitFor();
    await eventually(() => slider.inputValue()).toBe('0.5');
    await page.locator('vscode-button:not([disabled])', { hasText: 'Play' }).click();
    await eventually(() => slider.inputValue()).not.toBe('0.5');
    await page.locator('vscode-button:not([disabled])', { hasText: 'Pause' }).click();
    const rest = await slider.inputValue();
    await atRest(page);
    await eventually(() => slider.inputValue()).toBe(rest);
    if (reducedMotion) expect((Number(rest) * 100) % 12.5).toBeLessThanOrEqual(0.51);
  });

  test('without images, it asks for two', async () => {
    const page = await open({ scenario: 'empty' });
    await page.locator('vscode-button:not([disabled])', { hasText: 'Pick Two Images' }).click();
    await page.locator('.picture.big').waitFor();
  });

  test('many waypoints: the slider goes from one to the next, a name puts it there', async () => {
    const page = await open({ scenario: 'many' });
    const slider = page.locator('input[type=range]');
    await slider.waitFor();
    await eventually(() => slider.getAttribute('max')).toBe('3');
    await page.getByRole('button', { name: 'three.png', exact: true }).click();
    await eventually(() => slider.inputValue()).toBe('2');
    await eventually(async () => (await calls(page)).at(-1)?.params).toEqual({ t: 2, kind: 'linear' });
    await eventually(() => page.locator('.strip[data-kind=linear] .frame.waypoint').count()).toBe(4);
    // 8 frames a segment: that of the third waypoint is the 17th.
    await eventually(() =>
      page.locator('.strip[data-kind=linear] .frame').nth(16).getAttribute('aria-pressed'),
    ).toBe('true');
  });

  test('waypoints are moved, removed, reversed and added; two are the least', async () => {
    const page = await open({ scenario: 'many' });
    const names = page.locator('.waypoint-name');
    await names.last().waitFor();
    await page.getByRole('button', { name: 'Move up: four.png' }).click();
    await eventually(() => names.nth(2).textContent()).toBe('four.png');
    await page.getByRole('button', { name: 'Remove: zero-0007.png' }).click();
    await eventually(() => names.count()).toBe(3);
    await page.locator('vscode-button:not([disabled])', { hasText: 'Reverse' }).click();
    await eventually(() => names.first().textContent()).toBe('three.png');
    await page.getByRole('button', { name: 'Remove: three.png' }).click();
    await eventually(() => names.count()).toBe(2);
    await eventually(() => page.getByRole('button', { name: 'Remove: four.png' }).isDisabled()).toBe(true);
    const orders = (await calls(page)).filter(({ method }) => method === 'arrange');
    expect(orders.map(({ params }) => params)).toEqual([
      { order: [0, 1, 3, 2] },
      { order: [1, 2, 3] },
      { order: [2, 1, 0] },
      { order: [1, 2] },
    ]);
    await page.locator('vscode-button:not([disabled])', { hasText: 'Add Image' }).click();
    await eventually(() => names.count()).toBe(3);
  });

  test('the nearest images open, and the chart and the table say their distances and densities', async () => {
    const page = await open({ scenario: 'many' });
    await page.getByRole('button', { name: 'Nearest image digits/1.png, distance 0.20' }).first().click();
    await eventually(
      async () => (await calls(page)).find(({ method }) => method === 'openImage')?.params,
    ).toEqual({ uri: 'file:///data/digits/1.png' });
    await eventually(() => page.locator('.path-plot').last().getAttribute('aria-label')).toMatch(
      /aggregate posterior \u2212\d+\.\d\d, prior .* 90 % lie between \u22125\.10 and \u22122\.90/,
    );
    await page.locator('summary', { hasText: 'Path as a table' }).click();
    const rows = page.locator('.numbers tbody tr');
    await eventually(() => rows.count()).toBe(25);
    await eventually(() => rows.nth(8).locator('td').allTextContents()).toEqual([
      '1.00',
      expect.stringMatching(/^\u2212/) as string,
      expect.stringMatching(/^\u2212/) as string,
      'digits/4.png',
      '0.80',
    ]);
  });

  test('a grid between four images', async () => {
    const page = await open({ scenario: 'many' });
    await page.locator('vscode-checkbox', { hasText: 'Grid' }).locator('.control').click();
    const board = page.locator('.mosaic-frame');
    await board.waitFor();
    await eventually(async () => (await calls(page)).filter(({ method }) => method === 'grid').length).toBe(
      1,
    );
    await board.focus();
    await page.keyboard.press('End');
    await eventually(() => page.locator('.grid > .quiet').textContent()).toMatch(/^Row 8, column 8: \|z\|/);
    await page.reload();
    await board.waitFor();
  });

  test('with two waypoints there is no grid to choose', async () => {
    const page = await open({});
    await page.locator('.picture.big').first().waitFor();
    await eventually(() => page.locator('vscode-checkbox', { hasText: 'Grid' }).isVisible()).toBe(false);
  });

  test('export: PNG of both rows, GIF there and back, points', async () => {
    const page = await open({});
    await page.locator('.picture.big').first().waitFor();
    const saved = async (label: string, params: unknown, name: string): Promise<void> => {
      const saves = async (): Promise<Call[]> =>
        (await calls(page)).filter(({ method }) => method.startsWith('save'));
      const before = (await saves()).length;
      await page.locator('vscode-button:not([disabled])', { hasText: label }).click();
      await eventually(async () => (await saves()).length).toBe(before + 1);
      await eventually(async () => (await saves()).at(-1)!.params).toEqual(params);
      await eventually(() => page.locator('.saved-path').textContent()).toBe(
        `Saved: .vae/runs/digits-fast/pictures/path/${name}`,
      );
    };
    const bytes = async (): Promise<Buffer> =>
      Buffer.from(await page.evaluate<string>('harness.host.saved'), 'latin1');
    await saved('PNG', { name: 'path-strip', format: 'png' }, 'path-strip.png');
    const png = await bytes();
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([11 * 30 + 2, 2 * 30 + 2]);
    await saved('GIF', { name: 'path', format: 'gif' }, 'path.gif');
    const gif = await bytes();
    expect(gif.subarray(0, 6).toString('latin1')).toBe('GIF89a');
    // 28 pixels, eight times enlarged; the first frame is the first waypoint, grey by grey.
    const first = decodeGif(gif);
    expect([first.width, first.height]).toEqual([224, 224]);
    const strip = page.locator('.strip[data-kind=linear] .frame canvas').first();
    const pixels = await strip.evaluate((node: Canvas) =>
      Array.from(node.getContext('2d').getImageData(0, 0, 28, 28).data),
    );
    for (let pixel = 0; pixel < 28 * 28; pixel++) {
      const large = Math.floor(pixel / 28) * 8 * 224 + (pixel % 28) * 8;
      expect(first.data[4 * large]).toBe(pixels[4 * pixel]);
    }
    await saved('JSON', { kind: 'linear', format: 'json' }, 'path-linear.json');
    await page.locator('.radio', { hasText: 'Spherical' }).click();
    await saved('npy', { kind: 'spherical', format: 'npy' }, 'path-spherical.npy');
    await page.locator('vscode-button:not([disabled])', { hasText: 'Show in Folder' }).click();
    await page.locator('vscode-button:not([disabled])', { hasText: 'Save a Copy' }).click();
    await eventually(async () => (await calls(page)).slice(-2).map(({ method }) => method)).toEqual([
      'revealSaved',
      'copySaved',
    ]);
  });

  test('names the run, as text', async () => {
    const page = await open({});
    await eventually(() => page.locator('.of-run').textContent()).toBe('digits <i>fast</i> step 24,000');
  });

  test('the picture of a path that a command asks for comes into view, and a long wait says what for', async () => {
    const page = await open({ scenario: 'many', height: 400 });
    const picture = page.locator('.picture.big');
    await picture.waitFor();
    const top = (): Promise<number> =>
      picture.evaluate((node) => (node as Placed).getBoundingClientRect().top);
    await page.evaluate('scrollTo(0, 500)');
    await eventually(top).toBeLessThan(0);
    await page.evaluate(`harness.host.ask({ run: 'faces', waypoints: 1234 })`);
    await eventually(top).toBeGreaterThan(0);
    await eventually(() => page.locator('[role=status]', { hasText: 'Computing' }).textContent()).toBe(
      'Computing a path through 1,234 points with faces…',
    );
    await page.evaluate('harness.host.waitFor(null)');
    await eventually(() => page.locator('[role=status]', { hasText: 'Computing' }).count()).toBe(0);
  });

  test('a short wait says nothing', async () => {
    const page = await open({ scenario: 'many' });
    await page.locator('.picture.big').waitFor();
    const seen = await page.evaluate(`(async () => {
      const seen = [];
      new MutationObserver(() => seen.push(document.body.innerText)).observe(document.body, { childList: true, subtree: true });
      harness.host.waitFor({ run: 'faces', waypoints: 3 });
      await new Promise((resolve) => setTimeout(resolve, 20));
      harness.host.waitFor(null);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return seen.join();
    })()`);
    expect(seen).not.toContain('Computing');
  });
});
