import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath } from './browser.mjs';
import {
  calls,
  mapStage as stageOf,
  openMap as open,
  selectedTitle,
  showPane,
  switchInMenu,
} from './map-pages';
import { boxOf, drag, usePages } from './pages';
import { atRest } from './movement.mjs';
import { eventually } from '../support/eventually';

const press = (page: Page, label: string): Promise<void> =>
  page.locator('vscode-button:not([disabled]):visible', { hasText: label }).first().click();
const choose = (page: Page, label: string, value: string): Promise<string[]> =>
  page.getByLabel(label, { exact: true }).selectOption(value);
const tableRows = (page: Page): Locator => page.locator('.map-table tbody tr');
const openTable = async (page: Page): Promise<void> => {
  await switchInMenu(page, 'Images in view as a table');
  await tableRows(page).first().waitFor();
};
/** What is drawn, as a picture. */
const drawing = async (stage: Locator): Promise<string> => (await stage.screenshot()).toString('base64');

/** How many pixels of the stage have the first colour of the palette, #5392ff. */
const blue = async (page: Page, stage: Locator): Promise<number> => {
  const png = await drawing(stage);
  return page.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png}';
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const isBlue = (i) => data[i] === 0x53 && data[i + 1] === 0x92 && data[i + 2] === 0xff;
    return data.reduce((found, _, i) => found + (i % 4 === 0 && isBlue(i) ? 1 : 0), 0);
  })()`);
};

describe.skipIf(chromiumPath === null)('the map in the explorer panel, in Chromium', () => {
  usePages();

  test('shows what a classifier says: columns, and regions behind the points', async () => {
    const page = await open({});
    const stage = await stageOf(page);
    await page.evaluate('harness.host.classifier.attach()');
    await page.locator('.map-menu .popover-button').click();
    await page.locator('.map-classifier').waitFor();
    await press(page, 'Classify All Images');
    await eventually(() =>
      page.getByLabel('Colour', { exact: true }).locator('option').allTextContents(),
    ).toContain('predicted class');
    await page.locator('.map-menu .popover-button').click();
    const before = await drawing(stage);
    await switchInMenu(page, 'Decision regions');
    const legend = page.locator('.region-legend');
    await eventually(() => legend.locator('li').count()).toBe(2);
    await eventually(() => legend.textContent()).toMatch(/round \d+ %.*straight \d+ %.*Regions: .*across/s);
    await eventually(() => drawing(stage)).not.toBe(before);
    await switchInMenu(page, 'Decision regions');
    await eventually(() => legend.count()).toBe(0);
  });

  test('of a classifier of many classes, gives one a column by its name, and colours by it', async () => {
    const page = await open({});
    await stageOf(page);
    await page.evaluate(
      `harness.host.classifier.classes = Array.from({ length: 60 }, (_, k) => 'species ' + k)`,
    );
    await page.evaluate('harness.host.classifier.attach()');
    await page.locator('.map-menu .popover-button').click();
    await press(page, 'Classify All Images');
    await page.getByLabel('Class by name').fill('SPECIES 57');
    await press(page, 'Add Column');
    const colour = page.getByLabel('Colour', { exact: true });
    await eventually(() => colour.locator('option:checked').textContent()).toBe('probability: species 57');
    await page.locator('.map-class-columns').getByRole('button', { name: 'Remove: species 57' }).click();
    await eventually(() => colour.locator('option').allTextContents()).not.toContain(
      'probability: species 57',
    );
    await eventually(() => page.getByLabel('Class by name').inputValue()).toBe('');
  });

  test('is made by itself, with progress and a cancel, and then when it is asked for', async () => {
    const page = await open({ scenario: 'training' });
    const section = page.locator('section.map');
    await eventually(() => calls(page, 'encodeAll')).toHaveLength(1);
    await page.evaluate('harness.host.map.encode(1200, 24000)');
    await section.getByText('Encoding images 1,200 / 3,000').waitFor();
    await press(page, 'Cancel');
    await section.getByText('The map shows where each image lies').waitFor();
    await eventually(() => calls(page, 'cancelEncodeAll')).toHaveLength(1);
    await eventually(() => calls(page, 'encodeAll')).toHaveLength(1);
    await press(page, 'Encode 3,000 images');
    await eventually(() => calls(page, 'encodeAll')).toHaveLength(2);
    await page.evaluate('harness.host.map.encode(3000, 24000)');
    await section.getByText('3,000 images at step 24,000').waitFor();
    await eventually(() => page.locator('.map-legend [data-key]').count()).toBe(11);
  });

  test('a map of many images is made when asked for, and the button says what that costs', async () => {
    const page = await open({ scenario: 'map-unmade' });
    const section = page.locator('section.map');
    await section.getByText('70,000 images are encoded for it').waitFor();
    await eventually(() => section.innerText()).toContain('That takes about 3 s.');
    await eventually(() => section.innerText()).toContain('Training continues meanwhile');
    await eventually(() => calls(page, 'encodeAll')).toHaveLength(0);
    await press(page, 'Encode 70,000 images');
    await eventually(() => calls(page, 'encodeAll')).toHaveLength(1);
  });

  test('an engine that ended takes the work with it: the next one is asked', async () => {
    const page = await open({ scenario: 'map-unmade' });
    await press(page, 'Encode 70,000 images');
    await eventually(() => calls(page, 'encodeAll')).toHaveLength(1);
    await page.evaluate('harness.host.map.job = null');
    await eventually(() => calls(page, 'encodeAll')).toHaveLength(2);
  });

  test('a point by mouse: tip, card, file', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await openTable(page);
    const box = await boxOf(stage);
    const tip = page.locator('.map-tip:not([hidden])');
    let place: [number, number] | undefined;
    for (let x = 0.1; x < 0.9 && place === undefined; x += 0.01) {
      const at: [number, number] = [box.x + x * box.width, box.y + box.height / 2];
      await page.mouse.move(...at);
      if ((await tip.count()) > 0) place = at;
    }
    const id = (await tip.locator('.map-tip-name').textContent())!;
    await tip.locator('canvas:not([hidden])').waitFor();
    const ring = page.locator('.map-ring:not([hidden])');
    const around = await boxOf(ring);
    const off = [around.x + around.width / 2 - place![0], around.y + around.height / 2 - place![1]];
    // As near as the mouse must come to a point.
    expect(Math.hypot(...off)).toBeLessThan(9);
    await page.mouse.click(...place!);
    await page.locator('.card h3').waitFor();
    await eventually(() => page.locator('.card h3').textContent()).toBe(id.split('/').at(-1));
    await eventually(() => calls(page, 'mapCards')).toEqual([{ ids: [id] }]);
    await page.mouse.dblclick(...place!);
    await eventually(() => calls(page, 'openMapImage')).toEqual([{ id }]);
    await page.getByRole('button', { name: 'Show no image' }).click();
    await eventually(() => page.locator('.card').count()).toBe(0);
    await page.mouse.move(box.x + 2, box.y - 20);
    await eventually(() => ring.count()).toBe(0);
  });

  test('by keyboard: from point to point, card, file, and what is said', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await stage.focus();
    await stage.press('ArrowRight');
    const said = page.locator('.map-said');
    await eventually(() => said.textContent()).toMatch(/\.png: .*training|validation|test/);
    const first = await said.textContent();
    await stage.press('ArrowRight');
    await eventually(() => said.textContent()).not.toBe(first);
    const id = (await said.textContent())!.split(':')[0]!;
    await stage.press('Enter');
    await eventually(() => calls(page, 'mapCards')).toEqual([{ ids: [id] }]);
    await stage.press('Control+Enter');
    await eventually(() => calls(page, 'openMapImage')).toEqual([{ id }]);
    await eventually(() => stage.getAttribute('aria-label')).toContain('PC 1 (50 %) to the right');
  });

  test('colours by a column of numbers, a column of texts and by tag', async () => {
    const page = await open({ scenario: 'map' });
    const colour = page.getByLabel('Colour', { exact: true });
    await colour.selectOption('field:slant');
    await eventually(() => page.locator('.map-legend').textContent()).toMatch(/slant≤ −0\.\d\d≥ 0\.\d\d/);
    await colour.selectOption('field:camera');
    await eventually(() => page.locator('.map-legend [data-key]').allTextContents()).toEqual([
      'left1,000',
      'right1,000',
      'none1,000',
    ]);
    await page.evaluate(`harness.host.map.tags = [{ name: 'odd', ids: ['1/00001.png', '2/00002.png'] }]`);
    await eventually(() => colour.locator('option[value=tag]').count()).toBe(0);
    // A selection that is tagged has the tags read anew.
    await page.locator('.map-stage').focus();
    for (const key of ['ArrowRight', ' ']) await page.keyboard.press(key);
    await showPane(page, 'Selection');
    await page.locator('.map-selection vscode-button:not([disabled])', { hasText: 'Tag' }).click();
    await eventually(() => colour.locator('option[value=tag]').count()).toBe(1);
    await colour.selectOption('tag');
    await eventually(() => page.locator('.map-legend [data-key]').allTextContents()).toEqual([
      'odd2',
      'tag 21',
      'no tag2,997',
    ]);
  });

  test('a category has the colour that the person gives it, over a reload, until the usual ones are wanted', async () => {
    const page = await open({ scenario: 'map' });
    const picker = page.getByLabel('Colour of 3', { exact: true });
    const swatch = page.locator('.map-legend [data-key="label:3"] .map-swatch');
    const looks = (): Promise<string> => swatch.evaluate((node: { outerHTML: string }) => node.outerHTML);
    const usual = await looks();
    await picker.fill('#ff00ff');
    await eventually(looks).toContain('rgb(255 0 255)');
    await page.reload();
    await eventually(looks).toContain('rgb(255 0 255)');
    await eventually(() => picker.inputValue()).toBe('#ff00ff');
    await page.getByRole('button', { name: 'Usual colours' }).click();
    await eventually(looks).toBe(usual);
    await eventually(() => page.getByRole('button', { name: 'Usual colours' }).count()).toBe(0);
  });

  test('switches of the legend hide points, from mouse and table too; only and all', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await openTable(page);
    const before = await drawing(stage);
    const toggle = page.locator('.map-legend [data-key="label:3"]');
    await toggle.click();
    await eventually(() => toggle.getAttribute('aria-pressed')).toBe('false');
    await eventually(() => drawing(stage)).not.toBe(before);
    const labels = (): Promise<string[]> =>
      page.locator('.map-table tbody td:nth-child(2)').allTextContents();
    await eventually(labels).not.toContain('3');
    await page.locator('.map-legend li', { hasText: '5' }).first().hover();
    await page.getByLabel('Only 5', { exact: true }).click();
    await eventually(async () => [...new Set(await labels())]).toEqual(['5']);
    await page.locator('.map-all').click();
    await eventually(() => page.locator('.map-all').isDisabled()).toBe(true);
    await eventually(async () => new Set(await labels()).size).toBeGreaterThan(8);
  });

  test('axes and colours', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await openTable(page);
    const drawn = new Set([await drawing(stage)]);
    const x = (): Promise<string | null> => tableRows(page).first().locator('td').nth(3).textContent();
    const before = await x();
    await choose(page, 'Layout', 'columns');
    await choose(page, 'x', 'mean:7');
    await eventually(x).not.toBe(before);
    await eventually(() => page.locator('.map-table thead').textContent()).toContain('Dimension 7');
    await choose(page, 'Colour', 'elbo');
    await page.locator('.map-scale').waitFor();
    await eventually(() => page.locator('.map-legend').textContent()).toMatch(
      /ELBO≤ −1\d\d\.\d\dnats≥ −\d\d\.\d\d/,
    );
    drawn.add(await drawing(stage));
    await choose(page, 'Colour', 'split');
    await eventually(() => page.locator('.map-legend [data-key]').count()).toBe(3);
    drawn.add(await drawing(stage));
    expect(drawn.size).toBe(3);
  });

  test('choices, place and card survive a reload', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await choose(page, 'Colour', 'split');
    await page.locator('.map-legend [data-key="split:train"]').click();
    await stage.focus();
    for (const key of ['+', '+', 'Shift+ArrowLeft', 'ArrowRight', 'Enter']) await stage.press(key);
    await page.locator('.card h3').waitFor();
    const name = await page.locator('.card h3').textContent();
    await openTable(page);
    // Written with the view's state, which waits a moment for a movement to end.
    await atRest(page);
    const rows = await tableRows(page).allTextContents();
    await page.reload();
    await page.locator('.card h3').waitFor();
    await eventually(() => page.locator('.card h3').textContent()).toBe(name);
    await eventually(() => page.getByLabel('Colour', { exact: true }).inputValue()).toBe('split');
    await eventually(() => tableRows(page).allTextContents()).toEqual(rows);
    expect(rows.join()).not.toContain('training');
  });

  test('VAE: Show on Map marks its images, and makes the map where there is none', async () => {
    const page = await open({ scenario: 'map' });
    await stageOf(page);
    await page.evaluate("harness.host.showOnMap(['4/00004.png', '7/00007.png', 'no/such.png'])");
    await page.locator('.card h3').waitFor();
    await eventually(() => page.locator('.card h3').textContent()).toBe('00004.png');
    await eventually(() => page.locator('section.map > .error-text').textContent()).toContain(
      '1 of 3 images',
    );
    const other = await open({ scenario: 'training' });
    await other.locator('#tab-train').click();
    await other.evaluate('harness.host.map.job = null');
    await other.evaluate("harness.host.showOnMap(['4/00004.png'])");
    await eventually(async () => (await calls(other, 'encodeAll')).length).toBeGreaterThan(0);
    await other.locator('section.map').waitFor();
    await other.evaluate('harness.host.map.encode(3000, 24000)');
    await other.locator('.card h3').waitFor();
  });

  test('after an update the same image is chosen, whatever its number is now', async () => {
    const page = await open({ scenario: 'map' });
    await stageOf(page);
    await page.evaluate("harness.host.showOnMap(['4/00004.png'])");
    await page.locator('.card h3').waitFor();
    await page.evaluate('harness.host.advance(500)');
    await press(page, 'Update');
    await eventually(() => calls(page, 'encodeAll')).toHaveLength(1);
    await page.evaluate('harness.host.map.encode(3000, 24500)');
    await page.getByText('3,000 images at step 24,500').waitFor();
    await eventually(() => calls(page, 'mapCards')).toEqual([
      { ids: ['4/00004.png'] },
      { ids: ['4/00004.png'] },
    ]);
    await eventually(() => page.locator('.card h3').textContent()).toBe('00004.png');
  });

  /** Draws around the right half of the ring of clusters. */
  const lasso = async (page: Page): Promise<void> => {
    await page.locator('.segment', { hasText: 'Lasso' }).click();
    await drag(await stageOf(page), [0.6, 0.3], [0.95, 0.3], [0.95, 0.7], [0.6, 0.7]);
  };

  test('what is not on the map is still said after a drawing that was under way', async () => {
    const page = await open({ scenario: 'map' });
    await stageOf(page);
    // Reading the tags again ends with a drawing.
    await page.evaluate('void (globalThis.releaseTags = harness.host.map.holdTags())');
    await lasso(page);
    await press(page, 'Tag…');
    const missing = page.locator('section.map > .error-text', { hasText: '1 of 2 images' });
    await page.evaluate("harness.host.showOnMap(['4/00004.png', 'no/such.png'])");
    await missing.waitFor();
    await page.evaluate('releaseTags()');
    await showPane(page, 'Selection');
    await page.locator('.map-tags', { hasText: 'tag 1' }).waitFor();
    await atRest(page);
    await eventually(() => missing.isVisible()).toBe(true);
  });

  test('a lasso selects by id, and what is done is done to those', async () => {
    const page = await open({ scenario: 'map' });
    await lasso(page);
    await eventually(() => selectedTitle(page).textContent()).toMatch(/^\d+ images selected$/);
    const number = Number((await selectedTitle(page).textContent())!.split(' ')[0]);
    expect(number).toBeGreaterThan(100);
    await press(page, 'Copy Paths');
    await page.getByText(`${number} paths copied.`).waitFor();
    const [copied] = (await calls(page, 'actOnImages')) as { action: string; ids: string[] }[];
    expect(copied!.action).toBe('copyPaths');
    expect(new Set(copied!.ids).size).toBe(number);
    await press(page, 'Open');
    await page.getByText(`The first 10 of ${number} are opened.`).waitFor();
    await press(page, 'Export CSV');
    await eventually(() => calls(page, 'exportTable')).toHaveLength(1);
    const [{ csv }] = (await calls(page, 'exportTable')) as [{ csv: string }];
    const lines = csv.trimEnd().split('\r\n');
    expect(lines[0]).toBe('id,label,split,elbo,reconstruction,kl,norm,pc:0,pc:1,tags,slant,camera,age');
    expect(
      lines
        .slice(1)
        .map((line) => line.split(',')[0])
        .sort(),
    ).toEqual([...copied!.ids].sort());
    // All that is inside lies to the right of the middle.
    for (const line of lines.slice(1)) expect(Number(line.split(',')[7])).toBeGreaterThan(0);
    await press(page, 'Tag');
    await page.locator('.map-tags li', { hasText: 'tag 1' }).waitFor();
    await press(page, 'Export CSV');
    await eventually(() => calls(page, 'exportTable')).toHaveLength(2);
    const [, tagged] = (await calls(page, 'exportTable')) as { csv: string }[];
    const tags = tagged!.csv
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(',')[9]);
    expect(new Set(tags)).toEqual(new Set(['tag 1']));
    await press(page, 'Clear');
    await eventually(() => selectedTitle(page).textContent()).toBe('All 3,000 images');
    await page.locator('.map-tags .link').click();
    await eventually(() => selectedTitle(page).textContent()).toBe(`${number} images selected`);
    await page.reload();
    await eventually(() => selectedTitle(page).textContent()).toBe(`${number} images selected`);
  });

  test('Shift draws a box in any mode, hidden points are left out; the keyboard selects, too', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await page.getByLabel('Only 3', { exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.down('Shift');
    await drag(stage, [0.005, 0.007], [0.94, 0.95]);
    await page.keyboard.up('Shift');
    await eventually(() => selectedTitle(page).textContent()).toBe('297 images selected');
    await press(page, 'Copy Paths');
    await eventually(() => calls(page, 'actOnImages')).toHaveLength(1);
    const [{ ids }] = (await calls(page, 'actOnImages')) as [{ ids: string[] }];
    expect(ids.every((id) => id.startsWith('3/'))).toBe(true);
    await stage.focus();
    await stage.press('ArrowRight');
    await stage.press(' ');
    await eventually(() => selectedTitle(page).textContent()).toBe('296 images selected');
  });

  test('what is excluded is listed until it is taken back', async () => {
    const page = await open({ scenario: 'map' });
    await page.locator('.map-legend [data-key]').first().waitFor();
    await page.locator('.map-stage').focus();
    for (const key of ['ArrowRight', ' ']) await page.keyboard.press(key);
    await showPane(page, 'Selection');
    await page.locator('.map-selection vscode-button:not([disabled])', { hasText: 'Exclude' }).click();
    const line = page.locator('.map-tags li');
    await eventually(() => line.allTextContents()).toEqual(['excluded from the next training1Undo']);
    await eventually(() => page.locator('.map-selection > [role=status]').textContent()).toContain(
      'The next training on these images excludes them.',
    );
    await page.locator('.map-selection vscode-button:not([disabled])', { hasText: 'Clear' }).click();
    await line.locator('.link').click();
    await eventually(() => selectedTitle(page).textContent()).toBe('1 image selected');
    await line.getByRole('button', { name: 'Train with these images again' }).click();
    await eventually(() => line.count()).toBe(0);
  });

  test('a search narrows points, table and count', async () => {
    const page = await open({ scenario: 'map' });
    await stageOf(page);
    await openTable(page);
    await page.locator('.map-search').fill('0012');
    // 0/00012.png, and 00120.png to 00129.png.
    await page.getByText('11 found').waitFor();
    await eventually(() => tableRows(page).count()).toBe(11);
    await page.locator('.map-search').fill('');
    await eventually(() => tableRows(page).count()).toBe(100);
  });

  test('thumbnails lie on the points until they are switched off', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await atRest(page);
    const before = await drawing(stage);
    await switchInMenu(page, 'Thumbnails');
    await eventually(() => drawing(stage)).not.toBe(before);
  });

  test('worst reconstructed images and near-duplicates, from list to card', async () => {
    const page = await open({ scenario: 'map' });
    await stageOf(page);
    await showPane(page, 'Selection');
    await page.locator('.map-lists summary').click();
    await press(page, 'Worst Reconstructed');
    await eventually(() => page.locator('.map-finds li').count()).toBe(40);
    const values = (await page.locator('.map-finds li span').allTextContents()).map((text) =>
      Number(text.replace('\u2212', '-').split(' ')[0]),
    );
    expect([...values].sort((a, b) => a - b)).toEqual(values);
    await press(page, 'Near-Duplicates');
    await eventually(() => page.locator('.map-finds li').count()).toBe(3);
    const id = await page.locator('.map-find-image').nth(1).getAttribute('aria-label');
    await page.locator('.map-find-image').nth(1).click();
    await eventually(() => page.locator('.card h3').textContent()).toBe(id!.split('/').at(-1));
    await showPane(page, 'Selection');
    await page.locator('.map-lists summary').click();
    await press(page, 'Near-Duplicates');
    await press(page, 'Select All');
    await eventually(() => selectedTitle(page).textContent()).toBe('6 images selected');
  });

  test('with a graphics card and without one, the same points are drawn, and it is said', async () => {
    const painted: number[] = [];
    for (const webgl of [true, false]) {
      const page = await open({ scenario: 'map', webgl });
      const stage = await stageOf(page);
      await switchInMenu(page, 'Thumbnails');
      const corner = webgl ? '' : 'Drawn without a graphics card';
      await eventually(() => page.locator('.map-corner').textContent()).toBe(corner);
      await choose(page, 'Colour', 'none');
      await page.locator('.map-legend [data-key="all"]').waitFor();
      painted.push(await blue(page, stage));
      await page.locator('.map-legend [data-key="all"]').click();
      // Off the legend, where the button for its colour has that colour.
      await page.mouse.move(0, 0);
      await eventually(() => blue(page, stage)).toBe(0);
    }
    expect(painted[0]).toBeGreaterThan(5000);
    // The edges of shapes fall on other pixels.
    expect(Math.abs(painted[0]! / painted[1]! - 1)).toBeLessThan(0.2);
  });

  test.each(['map', 'map-classes'])('%s needs no sideways scrolling at 300 pixels', async (scenario) => {
    const page = await open({ scenario, width: 300 });
    const stage = await stageOf(page);
    await stage.focus();
    await stage.press('ArrowRight');
    await stage.press('Enter');
    await page.locator('.card h3').waitFor();
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(300);
  });

  test.each([
    [1400, 900],
    [700, 900],
    [300, 700],
  ])('at %i x %i the map is within the window, without scrolling', async (width, height) => {
    const page = await open({ width, height });
    const stage = await stageOf(page);
    const box = await boxOf(stage);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
    expect(box.height).toBeGreaterThan(height * 0.45);
    const tools = await boxOf(page.locator('.map-tools'));
    expect(tools.height).toBeLessThan(40);
    expect(tools.x + tools.width).toBeLessThanOrEqual(width);
  });

  test('a plane of two latent dimensions is shown as it is', async () => {
    const page = await open({ scenario: 'map-plane' });
    await stageOf(page);
    await eventually(() => page.locator('.map-axes').textContent()).toBe(
      'Across: Dimension 0. Up: Dimension 1.',
    );
    await eventually(() =>
      page.getByLabel('Layout', { exact: true }).locator('option').allTextContents(),
    ).toEqual(['z0, z1', 'UMAP', 'Two columns']);
    await eventually(() => page.locator('.map-off').count()).toBe(0);
  });

  test('where no point can be seen it is said why, with a way on', async () => {
    const page = await open({});
    await stageOf(page);
    await page.locator('.map-search').fill('no such image');
    const reason = page.locator('.map-reason');
    await reason.getByText('The filters leave none of 3,000 images.').waitFor();
    await press(page, 'Clear Filters');
    await eventually(() => reason.count()).toBe(0);
    await page.getByLabel('Only 3', { exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.map-legend [data-key="label:3"]').click();
    await reason.getByText('All images are hidden.').waitFor();
    await press(page, 'Show All');
    await eventually(() => reason.count()).toBe(0);
  });

  test('density contours, names of clusters and the posterior of the chosen image are drawn', async () => {
    const page = await open({});
    const stage = await stageOf(page);
    await atRest(page);
    const seen = [await drawing(stage)];
    for (const label of ['Density contours', 'Cluster names']) {
      await switchInMenu(page, label);
      await eventually(() => drawing(stage)).not.toBe(seen.at(-1));
      seen.push(await drawing(stage));
    }
    await eventually(() => calls(page, 'mapClusters')).toEqual([
      { key: '24000-made-up', of: { x: 'pc:0', y: 'pc:1' }, most: 12, seed: 0 },
    ]);
    await page.evaluate("harness.host.showOnMap(['4/00004.png'])");
    await page.locator('.card h3').waitFor();
    await eventually(() => calls(page, 'mapPosteriors')).toEqual([
      { key: '24000-made-up', x: 'pc:0', y: 'pc:1', ids: ['4/00004.png'] },
    ]);
    // Again on other axes; on a measure it has no shape.
    await choose(page, 'Layout', 'columns');
    await choose(page, 'x', 'mean:3');
    await eventually(async () => (await calls(page, 'mapPosteriors')).at(-1)).toMatchObject({ x: 'mean:3' });
    await choose(page, 'x', 'elbo');
    await eventually(() => page.locator('.map-axes').textContent()).toContain('ELBO');
    await atRest(page);
    await eventually(() => calls(page, 'mapPosteriors')).toHaveLength(2);
  });
});
