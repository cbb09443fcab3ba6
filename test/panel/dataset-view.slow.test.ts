import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectDataset } from '../../src/datasets/inspect';
import { parseSource } from '../../src/datasets/load';
import { writeSampleImages } from '../../src/datasets/write-sample-images';
import { reviewHandlers } from '../../src/host/training/dataset-review';
import type { ReviewOptions } from '../../src/host/training/dataset-review';
import type { DatasetEvents } from '../../src/protocol/dataset-review';
import type { DatasetMethods } from '../../src/protocol/schemas/dataset-review';
import { chromiumPath } from './browser.mjs';
import { livePage } from './live';
import { boxOf, openPage, usePages } from './pages';
import type { Canvas, PageOptions } from './pages';
import { eventually } from '../support/eventually';

const PLAN = { likelihood: 'bernoulli', latent: 20, fit: 'crop', samples: 1_000_000, patience: 10 };

describe.skipIf(chromiumPath === null)('the report on a dataset in Chromium', () => {
  usePages();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dataset-view-'));
    await writeSampleImages(folder, { kind: 'digits', count: 40, seed: 1 }, 40);
    await writeFile(join(folder, 'broken \u202e.png'), '');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** The report that the process of the engine makes, here made in this one. */
  async function inspect(): ReturnType<ReviewOptions['inspect']> {
    const { lines, examples, shape } = await inspectDataset(await parseSource(folder, '/'), { examples: 3 });
    const bytes = Buffer.concat(examples.map(({ pixels }) => Buffer.from(pixels, 'base64')));
    return {
      lines,
      plan: PLAN,
      examples: { ...shape, count: examples.length, bytes: new Uint8Array(bytes) },
    };
  }

  async function open(options: Partial<ReviewOptions> = {}, look: PageOptions = {}) {
    const answers: unknown[] = [];
    const live = livePage<DatasetMethods, DatasetEvents>(
      reviewHandlers({
        ...{ name: 'faces', preset: 'fast', hasClusters: false, inspect, time: () => Promise.resolve(null) },
        answer: (place) => void answers.push(place),
        onChanged: () => live.emit('changed', {}),
        ...options,
      }),
    );
    const page = await openPage({ view: 'dataset', scenario: 'live', attach: live.attach, ...look });
    return { page, answers };
  }
  const train = (page: Page) => page.locator('vscode-button', { hasText: 'Train' });

  test('warnings first, three images as the model sees them, then the other lines; Enter trains', async () => {
    const { page, answers } = await open();
    await page.getByText('40 used, 1 skipped').waitFor();
    await eventually(() => page.locator('h1').innerText()).toBe('faces');
    await eventually(() => page.locator('.warnings li').allInnerTexts()).toEqual([
      'skipped 1: empty file: 0 bytes (broken \\u{202e}.png)',
    ]);
    const sizes = (): Promise<number[][]> =>
      page
        .locator('.examples canvas')
        .evaluateAll((nodes) => (nodes as unknown as Canvas[]).map(({ width, height }) => [width, height]));
    await eventually(sizes).toEqual([
      [28, 28],
      [28, 28],
      [28, 28],
    ]);
    await eventually(() => page.locator('figcaption').innerText()).toContain('28 × 28 pixels');
    await eventually(() => page.locator('.report th').allInnerTexts()).toEqual(
      expect.arrayContaining(['images', 'originals', 'split', 'labels']),
    );
    await page.keyboard.press('Enter');
    await eventually(() => Promise.resolve(answers)).toEqual(['here']);
  });

  test('what would be trained is said with the report, and how long it takes once that is measured', async () => {
    let measured: (seconds: number | null) => void = () => undefined;
    let read: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => (read = resolve));
    const { page } = await open({
      inspect: () => reading.then(inspect),
      time: () => new Promise((resolve) => (measured = resolve)),
    });
    await page.getByText('Reading the images…').waitFor();
    const before = await boxOf(train(page));
    read();
    const plan = page.locator('.plan');
    const what =
      'Preset fast: 28 × 28 pixels, grey; images of another shape are cropped; 20 latent dimensions; Bernoulli likelihood.';
    await eventually(() => plan.innerText()).toBe(`${what}\n\n1,000,000 samples.`);
    measured(150);
    await eventually(() => plan.innerText()).toBe(
      `${what}\n\nAt most about 3 min on this machine, for 1,000,000 samples; it ends earlier once the bound has settled.`,
    );
    const after = await boxOf(train(page));
    expect(after.y, 'the button stays under the mouse').toBe(before.y);
  });

  test('while the images are read there is a word, and training need not wait', async () => {
    const { page, answers } = await open({ inspect: () => new Promise(() => undefined) });
    await page.getByText('Reading the images…').waitFor();
    await train(page).click();
    await eventually(() => Promise.resolve(answers)).toEqual(['here']);
  });

  test('whoever has a cluster may train on one', async () => {
    const { page, answers } = await open({ hasClusters: true });
    const there = page.locator('vscode-button:not([disabled])', { hasText: 'Train on a Cluster…' });
    await there.click();
    await eventually(() => Promise.resolve(answers)).toEqual(['cluster']);
  });

  test('images that cannot be used are not trained on; the reason stands there', async () => {
    const { page, answers } = await open({
      inspect: () => Promise.reject(new Error('faces: no images found; expected a folder with PNG files')),
    });
    await page.getByText('faces: no images found; expected a folder with PNG files').waitFor();
    await eventually(() => train(page).getAttribute('disabled')).not.toBeNull();
    await page.locator('vscode-button:not([disabled])', { hasText: 'Cancel' }).click();
    await eventually(() => Promise.resolve(answers)).toEqual([null]);
  });

  test.each(['dark', 'light', 'high-contrast', 'high-contrast-light'])(
    'nothing sticks out at 300 pixels in the theme %s',
    async (theme) => {
      const { page } = await open({}, { width: 300, theme });
      await page.getByText('40 used, 1 skipped').waitFor();
      await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(300);
    },
  );
});
