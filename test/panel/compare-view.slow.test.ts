import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { writeSampleImages } from '../../src/datasets/write-sample-images';
import type { TrainRequest } from '../../src/runs/config';
import { compareRuns } from '../../src/runs/comparison';
import { chromiumPath } from './browser.mjs';
import { LiveEngines, liveComparison, train } from './live';
import { openPage, usePages } from './pages';
import type { PageOptions } from './pages';
import { eventually } from '../support/eventually';

const DIGITS = { kind: 'digits', count: 200, seed: 1 } as const;
/** One of those that are shown of `DIGITS`: the first for validation. */
const LEFT_OUT = 'digits#47';
const drawing = (canvas: Locator): Promise<string> =>
  canvas.evaluate((node: { toDataURL(): string }) => node.toDataURL());
const drawings = (canvases: Locator): Promise<string[]> =>
  canvases.evaluateAll((nodes) =>
    (nodes as unknown as { toDataURL(): string }[]).map((node) => node.toDataURL()),
  );

describe.skipIf(chromiumPath === null)('comparing real runs in Chromium', () => {
  usePages();
  let folder: string;
  let live: LiveEngines;
  const at = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'compare-'));
    process.env['XDG_STATE_HOME'] = join(folder, 'state');
    await writeSampleImages(join(folder, 'images'), { kind: 'digits', count: 60, seed: 1 }, 60);
    const images = { kind: 'folder', uri: pathToFileURL(join(folder, 'images')).href } as const;
    const make = (name: string, source: TrainRequest['source'], set: Record<string, string>): Promise<void> =>
      train(at(name), {
        ...{ source, preset: 'fast', seed: 3 },
        set: { hidden: '24', minibatch: '20', samples: '4000', patience: '0', latent: '3', ...set },
      });
    await make('a', DIGITS, {});
    await make('b', DIGITS, { hidden: '48', samples: '8000' });
    await make('two', DIGITS, { latent: '2' });
    await make('without', { ...DIGITS, leftOut: ['digits#3', LEFT_OUT] }, {});
    await make('folder', images, { likelihood: 'gaussian' });
  });
  afterEach(() => live.end());
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function open(names: readonly string[], options: PageOptions = {}, trusted = true) {
    live = new LiveEngines();
    if (trusted) for (const name of names) await live.start(at(name));
    const host = liveComparison(live, names.map(at), trusted);
    const page = await openPage({ view: 'compare', scenario: 'live', attach: host.attach, ...options });
    await page
      .locator('.compare-legend tbody tr')
      .nth(names.length - 1)
      .waitFor();
    return { page, host };
  }
  const seen = async (page: Page, section: string): Promise<Locator> => {
    const part = page.locator(section);
    await part.scrollIntoViewIfNeeded();
    return part;
  };

  test('curves in one chart, figures, and only the settings that differ until all are asked for', async () => {
    const { page } = await open(['a', 'b']);
    const { runs } = await compareRuns([at('a'), at('b')]);
    const nats = (value: number): string => `\u2212${Math.abs(value).toFixed(2)}`;
    const legend = page.locator('.compare-legend tbody tr');
    await eventually(() => legend.nth(1).locator('td').allTextContents()).toEqual([
      nats(runs[1]!.train!.elbo),
      nats(runs[1]!.validation!.elbo),
    ]);
    const settings = page.locator('section[aria-label=Settings] tbody tr');
    await eventually(() => settings.locator('th').allTextContents()).toEqual([
      'model.encoderHidden',
      'model.decoderHidden',
      'training.samples',
    ]);
    await eventually(() => settings.first().locator('td').allTextContents()).toEqual(['[24]', '[48]']);
    await eventually(() => page.locator('.cautions').textContent()).toBe('');
    await eventually(() =>
      page.locator('section[aria-label=Figures] tr', { hasText: 'Best' }).locator('td').allTextContents(),
    ).toEqual(runs.map(({ best }) => nats(best!.elbo)));
    await page.locator('vscode-checkbox', { hasText: 'All settings' }).click();
    await eventually(() => settings.locator('th').allTextContents()).toContain('model.latent');
    await eventually(async () => (await settings.locator('th').allTextContents()).slice(0, 3)).toContain(
      'model.encoderHidden',
    );

    const chart = page.locator('.compare-curves .chart');
    const both = await drawing(chart.locator('canvas'));
    await legend.nth(0).locator('vscode-checkbox').click();
    await eventually(() => drawing(chart.locator('canvas'))).not.toBe(both);
    await chart.focus();
    await page.keyboard.press('Home');
    await eventually(() => page.locator('.compare-curves [role=status]').textContent()).toMatch(
      /^At \d+ samples: /,
    );
    await page.keyboard.press('End');
    // Run a ended at half of the samples.
    await eventually(() => legend.nth(0).locator('td').allTextContents()).toEqual(['ended', 'ended']);
    await page.reload();
    await eventually(() => legend.nth(0).locator('vscode-checkbox').getAttribute('aria-checked')).toBe(
      'false',
    );
    await eventually(() => settings.locator('th').allTextContents()).toContain('model.latent');
  });

  test('the same images and the same z under each; a chosen image is marked under all with its bound', async () => {
    const { page, host } = await open(['a', 'b']);
    const images = await seen(page, '.compare-images');
    const cells = images.locator('.image-cell canvas');
    await eventually(() => cells.count()).toBe(36);
    const pictures = await drawings(cells);
    expect(new Set(pictures.slice(0, 12)).size).toBe(12);
    for (let i = 0; i < 12; i++) expect(pictures[12 + i]).not.toBe(pictures[24 + i]);
    await images.locator('.image-row').nth(1).locator('.image-cell').nth(4).click();
    await eventually(() => images.locator('.image-cell[aria-pressed=true]').count()).toBe(3);
    const id = await images.locator('.image-id').textContent();
    const asked = await Promise.all(
      ['a', 'b'].map((name) => live.engines.ask(at(name), 'mapCards', { ids: [id!] })),
    );
    await eventually(() => images.locator('.image-block .terms .strong dd').allTextContents()).toEqual(
      asked.map(([card]) => `\u2212${Math.abs(card!.elbo).toFixed(2)}`),
    );

    const points = await seen(page, '.compare-points');
    await eventually(() => points.locator('.point-cell p').first().textContent()).toMatch(/^\|z\| /);
    await eventually(() => points.locator('.point-cell p').last().textContent()).toMatch(/^\|z\| /);
    const board = points.locator('.mosaic-frame').first();
    await board.focus();
    await page.keyboard.press('Home');
    await eventually(() => points.locator('.cell-mark:not([hidden])').count()).toBe(2);
    await eventually(async () => new Set(await points.locator('.point-cell p').allTextContents()).size).toBe(
      1,
    );
    const big = await drawings(points.locator('canvas.big'));
    expect(big[0]).not.toBe(big[1]);
    await points.locator('.switches select').first().selectOption('2');
    await eventually(
      () => host.calls.filter(({ method }) => method === 'decoded').at(-1)?.params,
    ).toMatchObject({ points: { dimensions: [2, 1] } });
    await points.locator('.radio', { hasText: 'Draws' }).click();
    await eventually(() => points.locator('> .quiet').textContent()).toBe(
      'The same draws from the prior for each run. Seed 0.',
    );
    await page.reload();
    await seen(page, '.compare-images');
    await eventually(() => images.locator('.image-id').textContent()).toBe(id);
  });

  test('other images, latent sizes and likelihoods: it says what cannot be compared and shows what can', async () => {
    const { page } = await open(['folder', 'a', 'two']);
    await eventually(() => page.locator('.cautions p').allTextContents()).toEqual([
      expect.stringContaining('likelihoods differ (gaussian, bernoulli)'),
      expect.stringContaining('the runs have different images (images, 60'),
    ]);
    const images = await seen(page, '.compare-images');
    // Files of a folder are encoded by any run.
    await eventually(() => images.locator('.image-cell canvas').count()).toBeGreaterThanOrEqual(4 * 6);
    const points = await seen(page, '.compare-points');
    await eventually(() => points.locator('> .quiet').textContent()).toContain(
      'latent spaces are of different sizes',
    );
    await eventually(() => points.locator('[role=radiogroup]').isVisible()).toBe(false);
    const { page: other } = await open(['a', 'folder']);
    const rows = (await seen(other, '.compare-images')).locator('.image-row');
    await eventually(() => rows.nth(2).textContent()).toContain('This run was not trained on digits');
    await eventually(() => rows.nth(1).locator('canvas').count()).toBe(12);
  });

  test('a run that was trained without some images shows what it makes of the others', async () => {
    const { page } = await open(['a', 'without']);
    const images = await seen(page, '.compare-images');
    const rows = images.locator('.image-row');
    await eventually(() => rows.nth(1).locator('canvas').count()).toBe(12);
    await eventually(() => rows.nth(2).locator('canvas').count()).toBe(11);
    const cell = rows.nth(2).locator(`.image-cell[data-id="${LEFT_OUT}"]`);
    await eventually(() => cell.locator('canvas').count()).toBe(0);
    await cell.click();
    const blocks = images.locator('.image-block');
    await eventually(() => blocks.nth(1).textContent()).toContain('trained without this image');
    await eventually(() => blocks.nth(0).locator('.terms').count()).toBe(1);
  });

  test('in a workspace that is not trusted: curves and settings, and no engine', async () => {
    const { page, host } = await open(['a', 'b'], {}, false);
    await eventually(() => page.locator('.notice', { hasText: 'not trusted' }).isVisible()).toBe(true);
    await eventually(() => page.locator('.compare-images').isVisible()).toBe(false);
    await eventually(() => page.locator('.compare-points').isVisible()).toBe(false);
    await eventually(() => page.locator('.compare-curves canvas').isVisible()).toBe(true);
    expect(new Set(host.calls.map(({ method }) => method))).toEqual(new Set(['comparison', 'curve']));
  });

  test('nothing sticks out at 300 pixels; with no runs it offers to choose some', async () => {
    const { page, host } = await open(['a', 'b'], { width: 300 });
    await seen(page, '.compare-points');
    await page.locator('.point-cell canvas').first().waitFor();
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBe(300);
    await page.locator('.run-links .link').first().click();
    await eventually(() => host.executed).toEqual([['vae.openExplorer', at('a')]]);
    host.compared.set([]);
    await page.locator('.empty vscode-button:not([disabled])').click();
    await eventually(() => host.executed.at(-1)).toEqual(['vae.compareRuns']);
  });
});
