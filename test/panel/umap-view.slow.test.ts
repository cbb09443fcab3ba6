import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { decodePng } from '../../src/images/codecs/png-decoder';
import { chromiumPath } from './browser.mjs';
import { LiveEngines, liveExplorer, train } from './live';
import { calls, openMap, showPane, switchInMenu, toMap } from './map-pages';
import { boxOf, asked, openPage, usePages } from './pages';
import { atRest } from './movement.mjs';
import { eventually } from '../support/eventually';

const panelOf = (page: Page): Locator => page.getByRole('region', { name: 'UMAP' });
const press = (within: Page | Locator, name: string): Promise<void> =>
  within.locator('vscode-button:not([disabled])', { hasText: name }).click();
const chooseLayout = (page: Page, layout: string): Promise<string[]> =>
  page.getByLabel('Layout', { exact: true }).selectOption(layout);
/** Opens the parameters, if they are not open. */
async function settings(page: Page): Promise<Locator> {
  const form = page.locator('.map-umap-settings form');
  if ((await form.count()) === 0) await page.locator('.map-umap-settings .popover-button').click();
  return form;
}
/** Texts that only the table of the images in view has: what the axes that are drawn are called. */
async function heads(page: Page): Promise<string> {
  const head = page.locator('.map-table thead');
  if ((await head.count()) === 0) await switchInMenu(page, 'Images in view as a table');
  return head.innerText();
}

describe.skipIf(chromiumPath === null)('UMAP in the panel, in Chromium', () => {
  usePages();
  /** Starts a layout with the parameters of the form, and lets it come to its end. */
  async function layOut(page: Page, button: 'Lay Out' | 'Lay Out Again'): Promise<void> {
    await press(await settings(page), button);
    await panelOf(page).getByText('Finding neighbours').waitFor();
    await page.evaluate('harness.host.map.layOut(200)');
  }
  /** Chooses UMAP for more images than are laid out unasked. */
  async function chosen(): Promise<Page> {
    const page = await openMap({ scenario: 'map-20000' });
    await page.locator('.map-legend [data-key]').first().waitFor();
    await eventually(() => panelOf(page).count()).toBe(0);
    await chooseLayout(page, 'umap');
    await panelOf(page).getByText('UMAP has not laid out these images yet.').waitFor();
    return page;
  }

  test('a small map is laid out at once; a layout that was cancelled is not begun again', async () => {
    const page = await openMap();
    await page.locator('.map-legend [data-key]').first().waitFor();
    await eventually(() => calls(page, 'startLayout')).toEqual([]);
    await chooseLayout(page, 'umap');
    await panelOf(page).getByText('Finding neighbours 0 / 3,000').waitFor();
    await eventually(() => calls(page, 'startLayout')).toEqual([
      { neighbours: 15, minDist: 0.1, seed: 0, most: 100_000 },
    ]);
    await press(panelOf(page), 'Cancel');
    await panelOf(page).getByText('UMAP has not laid out these images yet.').waitFor();
    await atRest(page);
    await eventually(() => calls(page, 'startLayout')).toHaveLength(1);
    await press(panelOf(page), 'Lay Out');
    await panelOf(page).getByText('Finding neighbours').waitFor();
    await page.evaluate('harness.host.map.layOut(200)');
    await panelOf(page).getByText('seed 0, 200 epochs').waitFor();
    await eventually(() => heads(page)).toContain('UMAP 1');
  });

  test('until there is a layout the points stay where they were', async () => {
    const page = await chosen();
    await eventually(() => heads(page)).toContain('PC 1');
    await eventually(() => calls(page, 'startLayout')).toEqual([]);
    await chooseLayout(page, 'own');
    await eventually(() => panelOf(page).count()).toBe(0);
  });

  test('is laid out with what the fields say, with progress and a cancel', async () => {
    const page = await chosen();
    const panel = panelOf(page);
    const form = await settings(page);
    await form.getByLabel('Neighbours').fill('30');
    await form.getByLabel('Seed').fill('7');
    await form.getByLabel('Images at most').fill('5000');
    await press(form, 'Lay Out');
    await panel.getByText('Finding neighbours 0 / 20,000').waitFor();
    await eventually(() => calls(page, 'startLayout')).toEqual([
      { neighbours: 30, minDist: 0.1, seed: 7, most: 5000 },
    ]);
    await page.evaluate('harness.host.map.layOut(50)');
    await panel.getByText('Laying out, epoch 50 / 200').waitFor();
    await press(panel, 'Cancel');
    await panel.getByText('UMAP has not laid out these images yet.').waitFor();
    await eventually(() => calls(page, 'cancelLayout')).toHaveLength(1);

    const again = await settings(page);
    await again.getByLabel('Neighbours').fill('30');
    await again.getByLabel('Seed').fill('7');
    await layOut(page, 'Lay Out');
    await panel.getByText('30 neighbours, min. distance 0.1, seed 7, 200 epochs').waitFor();
    await eventually(() => panel.innerText()).toContain('Distances between distant groups');
    await eventually(() => heads(page)).toContain('UMAP 1');
    await (await settings(page)).getByLabel('Seed').fill('8');
    await layOut(page, 'Lay Out Again');
    await panel.getByText('seed 8, 200 epochs').waitFor();
  });

  test.each(['high-contrast', 'high-contrast-light'])('how far it is can be seen in %s', async (theme) => {
    const page = await openMap({ theme });
    await page.locator('.map-legend [data-key]').first().waitFor();
    await chooseLayout(page, 'umap');
    await panelOf(page).getByText('Finding neighbours').waitFor();
    await page.evaluate('harness.host.map.layOut(100)');
    await panelOf(page).getByText('epoch 100').waitFor();
    const bar = panelOf(page).getByRole('progressbar');
    const { data, width, height } = await decodePng(await bar.screenshot());
    const light = (x: number): number => data[(Math.floor(height / 2) * width + Math.floor(width * x)) * 4]!;
    // Half of it in the colour of text, half in that of the page.
    expect(Math.abs(light(0.25) - light(0.75))).toBeGreaterThan(200);
  });

  test('what cannot be is refused in its place; an engine that ended is not the end', async () => {
    const page = await chosen();
    const panel = panelOf(page);
    await (await settings(page)).getByLabel('Neighbours').fill('20001');
    await press(await settings(page), 'Lay Out');
    await panel.getByRole('alert').getByText('neighbours: got 20001').waitFor();
    await (await settings(page)).getByLabel('Neighbours').fill('15');
    await press(await settings(page), 'Lay Out');
    await eventually(() => calls(page, 'startLayout')).toHaveLength(2);
    await eventually(() => panel.getByRole('alert').count()).toBe(0);
    await page.evaluate('harness.host.map.layoutJob = null');
    await eventually(() => calls(page, 'startLayout')).toHaveLength(3);
  });

  test('a layout of images as they were before is said, and made again with its parameters', async () => {
    const page = await chosen();
    const panel = panelOf(page);
    await (await settings(page)).getByLabel('Seed').fill('5');
    await layOut(page, 'Lay Out');
    await panel.getByText('seed 5, 200 epochs').waitFor();
    await page.evaluate('harness.host.map.encode(20000, 30000)');
    await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await panel.getByText('from the images as encoded at step 24,000').waitFor();
    await eventually(() => heads(page)).toContain('PC 1');
    await eventually(async () => (await settings(page)).getByLabel('Seed').inputValue()).toBe('5');
    await layOut(page, 'Lay Out');
    await panel.getByText('UMAP of the posterior means at step 30,000').waitFor();
  });

  test('a line leads past the images along it', async () => {
    const page = await chosen();
    await layOut(page, 'Lay Out');
    await eventually(() => heads(page)).toContain('UMAP 1');
    await page.locator('.segment', { hasText: 'Line' }).click();
    const box = await boxOf(page.locator('.map-stage'));
    await page.mouse.move(box.x + 0.2 * box.width, box.y + 0.5 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + 0.8 * box.width, box.y + 0.5 * box.height, { steps: 5 });
    await page.mouse.up();
    await eventually(() => asked(page, 'interpolateLine')).toHaveLength(1);
    const [line] = await asked(page, 'interpolateLine');
    expect(line).toMatchObject({ x: 'umap:0', y: 'umap:1' });
    expect(line!['places']).toHaveLength(26);
    expect(line!['note']).toContain('UMAP cannot be inverted');
  });
});

describe.skipIf(chromiumPath === null)('UMAP on a real run, in Chromium', () => {
  usePages();
  let folder: string;
  let runFolder: string;
  let live: LiveEngines;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'umap-view-'));
    process.env['XDG_STATE_HOME'] = join(folder, 'state');
    runFolder = join(folder, 'run');
    await train(runFolder, {
      source: { kind: 'digits', count: 400, seed: 1 },
      ...{ preset: 'fast', seed: 3 },
      set: { hidden: '48', minibatch: '20', samples: '8000', latent: '5' },
    });
  });
  afterEach(() => live.end());
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function open(): Promise<Page> {
    live = new LiveEngines();
    await live.start(runFolder);
    const host = await liveExplorer(live, runFolder);
    return openPage({ scenario: 'live', attach: host.attach, width: 1400, height: 900 });
  }

  test('is made, decodes by the image nearest on the map and says so, and is there after a reload and for the next engine', async () => {
    const page = await open();
    await toMap(page);
    await page.locator('.map-legend [data-key]').first().waitFor();
    await chooseLayout(page, 'umap');
    const shown =
      'UMAP of the posterior means at step 400: 15 neighbours, min. distance 0.1, seed 0, 500 epochs.';
    await panelOf(page).getByText(shown).waitFor();
    await showPane(page, 'Here');
    const stage = page.locator('.map .map-stage');
    const box = await boxOf(stage);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const inset = page.locator('.here');
    await inset.getByText(/Here that is .+, \d+\.\d\d away on the map\./).waitFor();
    await page.reload();
    await panelOf(page).getByText(shown).waitFor();
    await eventually(() => heads(page)).toContain('UMAP 2');
    await live.end();
    const again = await open();
    await toMap(again);
    await again.locator('.map-legend [data-key]').first().waitFor();
    await chooseLayout(again, 'umap');
    await panelOf(again).getByText(shown).waitFor();
  });
});
