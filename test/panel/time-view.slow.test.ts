import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TrainRequest } from '../../src/runs/config';
import { listSnapshots } from '../../src/runs/snapshots';
import { chromiumPath } from './browser.mjs';
import { LiveEngines, liveExplorer, train } from './live';
import { openPage, usePages } from './pages';
import type { PageOptions } from './pages';
import { atRest } from './movement.mjs';
import { eventually } from '../support/eventually';

const request = (set: Record<string, string>): TrainRequest => ({
  source: { kind: 'digits', count: 400, seed: 1 },
  preset: 'fast',
  seed: 3,
  set: { hidden: '48', minibatch: '20', samples: '20000', patience: '0', snapshots: 'true', ...set },
});
const SNAPSHOTS = 23;

const drawing = (canvas: Locator): Promise<string> =>
  canvas.evaluate((node: { toDataURL(): string }) => node.toDataURL());

describe.skipIf(chromiumPath === null)('time in Chromium, on real runs', () => {
  usePages();
  let folder: string;
  let live: LiveEngines;
  let flat: string;
  let wide: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'time-view-'));
    process.env['XDG_STATE_HOME'] = join(folder, 'state');
    flat = join(folder, 'flat');
    wide = join(folder, 'wide');
    await train(flat, request({ latent: '2' }));
    await train(wide, request({ latent: '5', samples: '4000' }));
  });
  afterEach(() => live.end());
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function open(runFolder: string, tab: 'train' | 'samples' = 'train', options: PageOptions = {}) {
    live = new LiveEngines();
    await live.start(runFolder);
    const host = await liveExplorer(live, runFolder);
    const page = await openPage({ scenario: 'live', attach: host.attach, width: 1400, ...options });
    const bar = page.locator('section.time');
    await bar.locator('.time-facts').waitFor();
    await page.locator(`#tab-${tab}`).click();
    const asked = (): number[] =>
      host.calls.flatMap(({ method, params }) =>
        method === 'atSnapshot' ? [(params as { step: number }).step] : [],
      );
    return { page, bar, slider: bar.getByLabel('Snapshot'), asked, host };
  }
  const pairsOf = (page: Page): Promise<string | null> =>
    page.locator('.reconstructions .section-head .quiet').textContent();

  test('the bar moves the reconstructions and the mark on the curve; going back asks nothing', async () => {
    const { page, bar, slider, asked } = await open(flat);
    await eventually(() => slider.getAttribute('max')).toBe(String(SNAPSHOTS - 1));
    await eventually(() => pairsOf(page)).toBe('step 1,000');
    const pair = page.locator('.pair').first().locator('canvas');
    const chart = page.locator('.curve .chart canvas').first();
    const all = (): Promise<string[]> => Promise.all([pair.nth(1), chart].map(drawing));
    const original = await drawing(pair.first());
    await eventually(() => page.locator('.time-track path').getAttribute('d')).toMatch(
      /^M\d+ 1\.000(L\d+ [\d.]+)*L22 0\.\d+$/,
    );
    expect(asked()).toEqual([]);
    const last = await all();
    await slider.focus();
    await page.keyboard.press('Home');
    await eventually(() => pairsOf(page)).toBe('step 1');
    await eventually(async () => (await all()).map((each, i) => each === last[i])).toEqual([false, false]);
    await eventually(() => drawing(pair.first())).toBe(original);
    await eventually(() => bar.locator('.time-place').textContent()).toBe('1 / 23');
    for (let i = 0; i < 15; i++) await page.keyboard.press('ArrowRight');
    await eventually(() => pairsOf(page)).toBe('step 133');
    const facts = (): Promise<string | null> => bar.locator('.time-facts').textContent();
    await eventually(facts).toMatch(
      /^Step 133 · 2,660 samples · ELBO training \u2212\d+\.\d\d, validation \u2212\d+\.\d\d nats$/,
    );
    await eventually(() => slider.getAttribute('aria-valuetext')).toBe(await facts());
    // The mark moves the read-out of the curve, too.
    await eventually(() => page.locator('.read-out-place').textContent()).toContain('step 130');
    const before = asked().length;
    await page.keyboard.press('Home');
    await eventually(() => pairsOf(page)).toBe('step 1');
    await page.keyboard.press('End');
    await eventually(() => pairsOf(page)).toBe('step 1,000');
    expect(asked()).toHaveLength(before);
    await eventually(all).toEqual(last);
    await eventually(() => page.locator('.read-out-place').textContent()).toContain('Newest');
  });

  test('the samples are those of the step, the same z at each', async () => {
    const { page, slider } = await open(wide, 'samples');
    const points = page.locator('.snapshot-points');
    await eventually(() => points.count()).toBe(0);
    await slider.focus();
    await page.keyboard.press('Home');
    await eventually(() => points.locator('figcaption').textContent()).toBe(
      '40 draws of the prior, the same z at each step.',
    );
    await eventually(() => points.locator('h2').textContent()).toBe('At step 1');
    const first = await drawing(points.locator('.mosaic'));
    for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowRight');
    await eventually(() => points.locator('h2').textContent()).not.toBe('At step 1');
    await eventually(() => drawing(points.locator('.mosaic'))).not.toBe(first);
    await points.locator('vscode-button', { hasText: 'Back to the Newest' }).click();
    await eventually(() => points.count()).toBe(0);
    await eventually(() => slider.inputValue()).toBe(await slider.getAttribute('max'));
  });

  test('where the images were: their map, with the image whose way is followed, is there after a reload', async () => {
    const { page, bar, slider } = await open(flat);
    const opener = page.getByLabel('Where the images were');
    const stage = bar.locator('.map-stage');
    const map = (): Promise<string> => drawing(stage.locator('canvas').first());
    await opener.click();
    await bar.getByText('Posterior means of 400 images').waitFor();
    const newest = await map();
    await slider.focus();
    await eventually(() => stage.count()).toBe(0);
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
    await eventually(() => pairsOf(page)).toBe('step 316');
    await opener.click();
    await eventually(() => stage.getAttribute('aria-label')).toContain('at step 316');
    await eventually(map).not.toBe(newest);
    await stage.focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await eventually(() => bar.locator('.map-said').textContent()).toMatch(/^digits#\d/);
    const text = bar.locator('.time-map > .quiet').last();
    await eventually(() => text.textContent()).toContain('rotated');
    await bar.locator('vscode-checkbox').click();
    await eventually(() => text.textContent()).not.toContain('rotated');
    await page.reload();
    await eventually(() => pairsOf(page)).toBe('step 316');
    await eventually(() => slider.inputValue()).toBe(String(SNAPSHOTS - 5));
    await opener.click();
    await eventually(() => bar.locator('vscode-checkbox').getAttribute('aria-checked')).toBe('false');
    // Above the bar, within the page.
    await eventually(async () => ((await bar.locator('.popover-box').boundingBox())?.y ?? -1) > 0).toBe(true);
  });

  test('plays through all of time and stops when it is asked to', async () => {
    const { page, bar, slider } = await open(wide);
    await bar.getByLabel('Play').click();
    const seen = new Set<string>();
    await eventually(async () => seen.add(await slider.inputValue()).size).toBeGreaterThan(4);
    await bar.getByLabel('Pause').click();
    const at = await slider.inputValue();
    await atRest(page);
    await eventually(() => slider.inputValue()).toBe(at);
    await page.getByLabel('Where the images were').click();
    await eventually(() => bar.locator('.time-map > .quiet').last().textContent()).toMatch(
      /^Posterior means of 400 images: PC 1 \(\d+ %\) and PC 2 \(\d+ %\) of the newest snapshot\. Each step is rotated/,
    );
  });

  test('while a run trains, new snapshots appear and the slider goes along at its end', async () => {
    live = new LiveEngines();
    const runFolder = join(folder, 'live');
    await live.start(runFolder, request({ latent: '2', samples: '2e7' }));
    await eventually(async () => (await listSnapshots(runFolder)).length).toBeGreaterThan(8);
    const host = await liveExplorer(live, runFolder);
    const page = await openPage({ scenario: 'live', attach: host.attach });
    const slider = page.locator('section.time').getByLabel('Snapshot');
    await page.locator('.time-facts').waitFor();
    const first = Number(await slider.getAttribute('max'));
    await eventually(async () => Number(await slider.getAttribute('max'))).toBeGreaterThan(first);
    // Asked at one moment: the run goes on.
    const atEnd = (node: { value: string; max: string }): boolean => node.value === node.max;
    await eventually(() => slider.evaluate(atEnd as never)).toBe(true);
    await slider.focus();
    await page.keyboard.press('Home');
    await eventually(() => pairsOf(page)).toBe('step 1');
  });

  test.each(['dark', 'light', 'high-contrast', 'high-contrast-light'])(
    'nothing sticks out at 300 pixels in the theme %s',
    async (theme) => {
      const { page } = await openNarrow(theme);
      await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBe(300);
    },
  );
  async function openNarrow(theme: string) {
    live = new LiveEngines();
    await live.start(flat);
    const host = await liveExplorer(live, flat);
    const page = await openPage({ scenario: 'live', attach: host.attach, width: 300, theme });
    await page.locator('.time-facts').waitFor();
    return { page };
  }
});

describe.skipIf(chromiumPath === null)('time in Chromium, without snapshots', () => {
  usePages();

  test('the bar is greyed, says why, and has the next training keep them', async () => {
    const page = await openPage({ scenario: 'training' });
    const bar = page.locator('section.time');
    await bar.getByText('This run keeps no snapshots of its earlier steps.').waitFor();
    await eventually(() => bar.getByLabel('Snapshot').isDisabled()).toBe(true);
    await eventually(() => bar.getByLabel('Play').isDisabled()).toBe(true);
    await bar.locator('vscode-button', { hasText: 'Keep Snapshots Next Time' }).click();
    await bar.getByText('The next training keeps them.').waitFor();
    await eventually(() => page.evaluate('harness.host.calls')).toEqual([
      { method: 'keepSnapshots', params: {} },
    ]);
    await eventually(() => bar.locator('vscode-button').count()).toBe(0);
  });

  test('before training begins there is nothing to keep, and no button', async () => {
    const page = await openPage({ scenario: 'preparing' });
    const bar = page.locator('section.time');
    await bar.getByText('Training has not begun, so there are no snapshots.').waitFor();
    await eventually(() => bar.locator('vscode-button').count()).toBe(0);
  });
});
