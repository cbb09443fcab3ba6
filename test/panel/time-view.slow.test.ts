import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { TrainRequest } from '../../src/runs/config';
import { listSnapshots } from '../../src/runs/snapshots';
import { chromiumPath } from './browser.mjs';
import { LiveEngines, liveExplorer, train } from './live';
import { calls, mapStage, openMap, selectedTitle, showPane, switchInMenu } from './map-pages';
import { asked, boxOf, drag, openPage, usePages } from './pages';
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

  async function open(
    runFolder: string,
    tab: 'train' | 'map' | 'samples' = 'train',
    options: PageOptions = {},
  ) {
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
    await points.locator('vscode-button:not([disabled])', { hasText: 'Back to the Newest' }).click();
    await eventually(() => points.count()).toBe(0);
    await eventually(() => slider.inputValue()).toBe(await slider.getAttribute('max'));
  });

  test('the images of the map lie where they were, with what is decoded there, also after a reload', async () => {
    const { page, slider, asked, host } = await open(flat, 'map');
    const section = page.locator('section.map');
    const stage = await mapStage(page);
    await section.getByText('400 images at step 1,000').waitFor();
    const points = stage.locator('canvas:not(.map-ground)').first();
    const newest = await drawing(points);
    await slider.focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
    await section.getByText('At step 316: 400 images. Colours and bounds are those of step 1,000.').waitFor();
    await eventually(() => stage.getAttribute('aria-label')).toMatch(
      /^Map of 400 images at step 316: Dimension 0/,
    );
    await atRest(page);
    const then = await drawing(points);
    expect(then).not.toBe(newest);
    await stage.focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await eventually(() => section.locator('.map-said').textContent()).toMatch(/^digits#\d/);
    await showPane(page, 'Here');
    const here = page.locator('.here');
    await here.getByText('Decoded by the weights of step 316.').waitFor();
    // Without a turn the latent space lies otherwise.
    await section.locator('.map-time vscode-checkbox').click();
    await eventually(() => drawing(points)).not.toBe(then);
    // The map asks neither for samples nor for reconstructions.
    expect(asked()).toEqual([]);
    expect(host.calls.filter(({ method }) => method === 'placesAtSnapshot').length).toBeGreaterThan(0);
    await page.reload();
    await section.getByText('At step 316: 400 images.').waitFor();
    await eventually(() => slider.inputValue()).toBe(String(SNAPSHOTS - 5));
    await eventually(() => section.locator('.map-time vscode-checkbox').getAttribute('aria-checked')).toBe(
      'false',
    );
    await slider.focus();
    await page.keyboard.press('End');
    await section.getByText('400 images at step 1,000').waitFor();
    await eventually(() => section.locator('.map-time').count()).toBe(0);
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
    await bar.locator('vscode-button:not([disabled])', { hasText: 'Keep Snapshots Next Time' }).click();
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

/** The snapshots at which the images of the map were looked for. */
const placed = async (page: Page): Promise<number[]> =>
  ((await calls(page, 'placesAtSnapshot')) as { step: number }[]).map(({ step }) => step);

describe.skipIf(chromiumPath === null)('the map in time, in Chromium', () => {
  usePages();

  test('colours, legend, selection and hover go along; images that are not followed are gone', async () => {
    const page = await openMap({ scenario: 'map-time' });
    const stage = await mapStage(page);
    const section = page.locator('section.map');
    const slider = page.locator('section.time').getByLabel('Snapshot');
    await atRest(page);
    const legend = await section.locator('.map-legend').innerText();
    const newest = (await stage.screenshot()).toString('base64');
    await eventually(() => placed(page)).toEqual([]);
    await slider.focus();
    for (let i = 0; i < 8; i++) await page.keyboard.press('ArrowLeft');
    const text = 'At step 316: the 300 of 3,000 images that are followed.';
    await section.getByText(text).waitFor();
    await eventually(() => section.locator('.map-legend').innerText()).toBe(legend);
    await switchInMenu(page, 'Images in view as a table');
    const title = section.locator('.map-table-head h3');
    await eventually(() => title.innerText()).toContain('first 100');
    const ids = await section.locator('.map-table tbody th').allInnerTexts();
    expect(ids.every((id) => /0\.png$/.test(id))).toBe(true);
    await section.getByLabel('Close the table').click();
    await stage.focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => section.locator('.map-said').innerText()).toMatch(
      /\d0\.png: .*training|validation|test/,
    );
    await page.keyboard.press('Space');
    await showPane(page, 'Selection');
    await eventually(() => selectedTitle(page).innerText()).toBe('1 image selected');
    await stage.focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await slider.focus();
    await page.keyboard.press('End');
    await eventually(() => section.locator('.map-time').count()).toBe(0);
    await eventually(async () => (await stage.screenshot()).toString('base64')).toBe(newest);
  });

  test('the place that is pinned is decoded anew at each step, and a line to a path is refused', async () => {
    const page = await openMap({ scenario: 'map-time' });
    const stage = await mapStage(page);
    const box = await boxOf(stage);
    const slider = page.locator('section.time').getByLabel('Snapshot');
    await page.mouse.click(box.x + 20, box.y + box.height / 2);
    const here = page.locator('.here');
    await here.getByText('Explore Around It').waitFor();
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await here.getByText('Decoded by the weights of step 17,783.').waitFor();
    await page.keyboard.press('ArrowLeft');
    await here.getByText('Decoded by the weights of step 10,000.').waitFor();
    await page.locator('.segment', { hasText: 'Line' }).click();
    await drag(stage, [0.3, 0.5], [0.6, 0.6]);
    await page.getByText('A path is decoded by the newest weights.').waitFor();
    await eventually(() => asked(page, 'interpolateLine')).toEqual([]);
    await slider.focus();
    // What explores around a point uses the newest weights.
    await eventually(() => here.getByText('Explore Around It').count()).toBe(0);
    await page.keyboard.press('End');
    await here.getByText('Explore Around It').waitFor();
    await eventually(() => here.getByText('Decoded by the weights').count()).toBe(0);
  });

  test.each([
    ['umap', '', 'The points stay: UMAP has laid out only the images of step 24,000.'],
    ['columns', 'elbo', 'The points stay: a column is known only for step 24,000.'],
  ])('the layout %s says why its points stay', async (layout, x, text) => {
    const page = await openMap({ scenario: 'map-time' });
    const section = page.locator('section.map');
    await mapStage(page);
    await page.evaluate('harness.host.map.wanted = { neighbours: 15, minDist: 0.1, seed: 0, most: 5000 }');
    await page.evaluate('harness.host.map.layOut(200)');
    await page.getByLabel('Layout', { exact: true }).selectOption(layout);
    if (x !== '') await page.getByLabel('x', { exact: true }).selectOption(x);
    // Until it is there, the map stands in the layout of before, whose points go along.
    await section.getByText(`Across: ${x === '' ? 'UMAP 1' : x}`).waitFor();
    const slider = page.locator('section.time').getByLabel('Snapshot');
    await slider.focus();
    await page.keyboard.press('ArrowLeft');
    await section.getByText(text).waitFor();
    await eventually(() => section.locator('.map-time vscode-checkbox').count()).toBe(0);
    await eventually(() => placed(page)).not.toContain(17_783);
  });

  test('20,000 points play to the end of time', async () => {
    const page = await openMap({ scenario: 'map-time-20000' });
    await mapStage(page);
    const bar = page.locator('section.time');
    await bar.getByLabel('Play').click();
    await eventually(async () => new Set(await placed(page)).size).toBeGreaterThan(5);
    await bar.getByLabel('Pause').click();
    await page
      .locator('section.map')
      .getByText(/At step [\d,]+: 20,000 images\./)
      .waitFor();
  });
});
