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

  async function open(runFolder: string, options: PageOptions = {}) {
    live = new LiveEngines();
    await live.start(runFolder);
    const host = await liveExplorer(live, runFolder);
    const page = await openPage({ scenario: 'live', attach: host.attach, ...options });
    const section = page.locator('section.time');
    await section.locator('.pairs li').first().waitFor();
    const asked = (): number[] =>
      host.calls.flatMap(({ method, params }) =>
        method === 'atSnapshot' ? [(params as { step: number }).step] : [],
      );
    return { page, section, slider: section.getByLabel('Snapshot'), asked, host };
  }
  const shows = async (page: Page, step: string): Promise<void> =>
    void (await eventually(() => page.locator('.time .mosaic').getAttribute('data-step')).toBe(step));

  test('one slider moves map, reconstructions, manifold and the mark on the curve; going back asks nothing', async () => {
    const { page, section, slider, asked } = await open(flat);
    await shows(page, '1000');
    await eventually(() => slider.getAttribute('max')).toBe(String(SNAPSHOTS - 1));
    const parts = ['.map-stage canvas >> nth=0', '.pairs canvas >> nth=1', '.mosaic'].map((part) =>
      section.locator(part),
    );
    const chart = page.locator('.curve .chart canvas').first();
    const all = (): Promise<string[]> => Promise.all([...parts, chart].map(drawing));
    const original = await drawing(section.locator('.pairs canvas').first());
    const last = await all();
    await slider.focus();
    await page.keyboard.press('Home');
    await shows(page, '1');
    await eventually(async () => (await all()).map((each, i) => each === last[i])).toEqual([
      false,
      false,
      false,
      false,
    ]);
    await eventually(() => drawing(section.locator('.pairs canvas').first())).toBe(original);
    await eventually(() => section.locator('.time-place').textContent()).toBe('1 / 23');
    for (let i = 0; i < 15; i++) await page.keyboard.press('ArrowRight');
    await shows(page, '133');
    const facts = (): Promise<string | null> => section.locator('.time-facts').textContent();
    await eventually(facts).toMatch(
      /^Step 133 · 2,660 samples · ELBO training \u2212\d+\.\d\d, validation \u2212\d+\.\d\d nats$/,
    );
    await eventually(() => slider.getAttribute('aria-valuetext')).toBe(await facts());
    // The mark moves the read-out of the curve, too.
    await eventually(() => page.locator('.read-out-place').textContent()).toContain('step 130');
    const before = asked().length;
    await page.keyboard.press('Home');
    await shows(page, '1');
    await page.keyboard.press('End');
    await shows(page, '1000');
    expect(asked()).toHaveLength(before);
    await eventually(all).toEqual(last);
    await eventually(() => page.locator('.read-out-place').textContent()).toContain('Newest');
  });

  test('what was looked at is there after a reload, with the image whose way is followed', async () => {
    const { page, section, slider } = await open(flat);
    await slider.focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
    await shows(page, '316');
    const stage = section.locator('.map-stage');
    await stage.focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await eventually(() => section.locator('.map-said').textContent()).toMatch(/^digits#\d/);
    await section.locator('vscode-checkbox').click();
    await eventually(() => section.locator('.time-map > .quiet').last().textContent()).not.toContain(
      'turned',
    );
    await page.reload();
    await shows(page, '316');
    await eventually(() => section.locator('vscode-checkbox').getAttribute('aria-checked')).toBe('false');
    await eventually(() => slider.inputValue()).toBe(String(SNAPSHOTS - 5));
  });

  test('plays through all of time and stops when it is asked to', async () => {
    const { page, section, slider } = await open(wide);
    await section.locator('vscode-button', { hasText: 'Play' }).click();
    const seen = new Set<string>();
    await eventually(async () => seen.add(await slider.inputValue()).size).toBeGreaterThan(4);
    await section.locator('vscode-button', { hasText: 'Pause' }).click();
    const at = await slider.inputValue();
    await atRest(page);
    await eventually(() => slider.inputValue()).toBe(at);
    await eventually(() => section.locator('figcaption').textContent()).toBe(
      '40 draws of the prior, the same z at each step.',
    );
    await eventually(() => section.locator('.time-map > .quiet').last().textContent()).toMatch(
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
    const mosaic = page.locator('.time .mosaic');
    await eventually(async () => Number(await mosaic.getAttribute('data-step'))).toBeGreaterThan(0);
    const first = Number(await slider.getAttribute('max'));
    const step = Number(await mosaic.getAttribute('data-step'));
    await eventually(async () => Number(await slider.getAttribute('max'))).toBeGreaterThan(first);
    await eventually(async () => Number(await mosaic.getAttribute('data-step'))).toBeGreaterThan(step);
    // Asked at one moment: the run goes on.
    const atEnd = (node: { value: string; max: string }): boolean => node.value === node.max;
    await eventually(() => slider.evaluate(atEnd as never)).toBe(true);
    await slider.focus();
    await page.keyboard.press('Home');
    await shows(page, '1');
  });

  test('a run without snapshots says how to have them; nothing sticks out at 300 pixels', async () => {
    const { page } = await open(flat, { width: 300 });
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBe(300);
    const without = await openPage({ scenario: 'training' });
    await eventually(() => without.locator('.time .hint').textContent()).toContain(
      '`vae train --set snapshots=true`',
    );
    await eventually(() => without.locator('.time input[type=range]').isVisible()).toBe(false);
  });
});
