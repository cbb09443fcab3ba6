import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { ageOf } from '../webview/harness/map-host';
import { chromiumPath } from './browser.mjs';
import { calls, mapStage, openMap, selectedTitle, showPane, switchInMenu } from './map-pages';
import { boxOf, drag, usePages } from './pages';
import type { PageOptions } from './pages';
import { atRest } from './movement.mjs';
import { eventually } from '../support/eventually';

const ROWS = Array.from({ length: 3000 }, (_, row) => row);
/** Opens the map beside the Selection pane. */
const open = async (options: PageOptions = {}): Promise<Page> => {
  const page = await openMap(options);
  await mapStage(page);
  await showPane(page, 'Selection');
  return page;
};
const facet = (page: Page, name: string): Locator =>
  page.locator(`.facets [role=group][aria-label="${name}"]`);
const bar = (page: Page, column: string, name: string): Locator =>
  facet(page, column).locator('.class-bar', { has: page.getByText(name, { exact: true }) });
const addFacet = async (page: Page, column: string): Promise<void> => {
  await page.getByLabel('Add column').selectOption(column);
};
const chips = (page: Page): Promise<string[]> => page.locator('.chip-text').allTextContents();
const left = (page: Page): Locator => page.locator('.map-chips [role=status]');
const cell = (page: Page, place: number): Locator => page.locator(`#grid-image-${place}`);
const nameOf = (page: Page, place: number): Promise<string | null> =>
  cell(page, place).getAttribute('aria-label');

describe.skipIf(chromiumPath === null)('filters and the Selection pane, in Chromium', () => {
  usePages();

  test('classes and ranges filter together, each column counted among what the others leave', async () => {
    const page = await open();
    await eventually(() => selectedTitle(page).textContent()).toBe('All 3,000 images');
    await bar(page, 'Label', '3').click();
    await bar(page, 'Label', '5').click();
    await eventually(() => chips(page)).toEqual(['Label: 3, 5']);
    await eventually(() => left(page).textContent()).toBe('594 of 3,000 images');
    await addFacet(page, 'field:age');
    await facet(page, 'age').getByLabel('At most').fill('50');
    await facet(page, 'age').getByLabel('At most').press('Enter');
    // Label of a row: none for multiples of 97, else its last digit; an unknown age is in no range.
    const isLeft = (row: number): boolean => row % 97 !== 0 && [3, 5].includes(row % 10) && ageOf(row) <= 50;
    const expected = ROWS.filter(isLeft).length;
    await eventually(() => left(page).textContent()).toBe(`${expected} of 3,000 images`);
    const threes = ROWS.filter((row) => isLeft(row) && row % 10 === 3).length;
    await eventually(() => bar(page, 'Label', '3').locator('.class-count').textContent()).toBe(
      String(threes),
    );
    await eventually(() => selectedTitle(page).textContent()).toBe(`${expected} of 3,000 images`);
    await page.reload();
    await eventually(() => left(page).textContent()).toBe(`${expected} of 3,000 images`);
    await page.getByRole('button', { name: 'Remove: Label: 3, 5' }).click();
    await eventually(() => left(page).textContent()).toBe(
      `${ROWS.filter((row) => ageOf(row) <= 50).length.toLocaleString('en')} of 3,000 images`,
    );
  });

  test('a range is drawn on the histogram with the mouse, and a click clears it', async () => {
    const page = await open();
    const histogram = facet(page, 'ELBO').locator('svg');
    await histogram.scrollIntoViewIfNeeded();
    const box = await boxOf(histogram);
    await drag(histogram, [0.25, 0.4], [0.5, 0.4]);
    await eventually(() => chips(page)).toHaveLength(1);
    const [low, high] = await Promise.all(
      ['At least', 'At most'].map(async (label) =>
        Number(await facet(page, 'ELBO').getByLabel(label).inputValue()),
      ),
    );
    expect(low).toBeLessThan(high!);
    await page.mouse.click(box.x + 0.7 * box.width, box.y + 20);
    await eventually(() => chips(page)).toEqual([]);
  });

  test('filters fade the others, which cannot be selected; only some can be shown, and all again', async () => {
    const page = await open();
    const stage = await mapStage(page);
    await switchInMenu(page, 'Thumbnails');
    await bar(page, 'Label', '3').click();
    await page.locator('.segment', { hasText: 'Box' }).click();
    const around = (): Promise<void> => drag(stage, [0.005, 0.007], [0.94, 0.91]);
    await around();
    await eventually(() => selectedTitle(page).textContent()).toBe('297 images selected');
    await bar(page, 'Label', '3').click();
    await atRest(page);
    const before = (await stage.screenshot()).toString('base64');
    await page.locator('.map-filter .popover-button').click();
    await page
      .locator('.map-filter vscode-button:not([disabled])', { hasText: 'Show Only the Selection' })
      .click();
    await page.keyboard.press('Escape');
    await eventually(() => chips(page)).toEqual(['Only some are shown']);
    await atRest(page);
    await eventually(async () => (await stage.screenshot()).toString('base64')).not.toBe(before);
    await page.reload();
    await eventually(() => chips(page)).toEqual(['Only some are shown']);
    await page.getByRole('button', { name: 'Remove: Only some are shown' }).click();
    await eventually(() => chips(page)).toEqual([]);
  });

  test('a search finds names, labels, tags and columns', async () => {
    const page = await open();
    await page.evaluate(`harness.host.map.tags = [{ name: 'zebra', ids: ['1/00001.png', '2/00002.png'] }]`);
    await page.reload();
    const search = page.locator('.map-search');
    const found = page.locator('.map-find [role=status]');
    await search.fill('right');
    await eventually(() => found.textContent()).toBe('1,000 found');
    await search.fill('00012');
    await eventually(() => found.textContent()).toBe('1 found');
    await page.evaluate(`harness.host.map.tags = [{ name: 'zebra', ids: ['1/00001.png', '2/00002.png'] }]`);
    await page.locator('.map-stage').focus();
    for (const key of ['ArrowRight', ' ']) await page.keyboard.press(key);
    await page.locator('.map-selection vscode-button:not([disabled])', { hasText: 'Tag' }).click();
    await page.locator('.map-tags', { hasText: 'zebra' }).waitFor();
    await search.fill('zebra');
    await eventually(() => found.textContent()).toBe('2 found');
  });

  test('beside an open list of files, the tools do not cover each other, and the search can be read', async () => {
    const page = await openMap({ width: 1020 });
    await page.locator('.map-legend').waitFor();
    for (const layout of ['own', 'umap']) {
      await page.getByLabel('Layout', { exact: true }).selectOption(layout);
      await page.locator('.map-search').fill('1/');
      await page.locator('.chip', { hasText: '1/' }).waitFor();
      const [edges, search] = await page.evaluate<[[left: number, right: number][], number]>(`[
        Array.from(document.querySelectorAll('.map-tools > *'), (part) => part.getBoundingClientRect())
          .map(({ left, right }) => [left, right]),
        document.querySelector('.map-search').getBoundingClientRect().width,
      ]`);
      for (const [i, [left]] of edges.slice(1).entries())
        expect(left, layout).toBeGreaterThanOrEqual(edges[i]![1]);
      expect(search).toBeGreaterThanOrEqual(90);
      expect(edges.at(-1)![1]).toBeLessThanOrEqual(
        (await page.locator('.map-tools').boundingBox())!.x +
          (await page.locator('.map-tools').boundingBox())!.width +
          0.5,
      );
      await page.locator('.map-search').fill('');
    }
  });

  test('one history for selection, filters, tags and layout', async () => {
    const page = await open();
    await page.locator('.map-stage').focus();
    for (const key of ['ArrowRight', ' ']) await page.keyboard.press(key);
    await eventually(() => selectedTitle(page).textContent()).toBe('1 image selected');
    await page.locator('.map-selection vscode-button:not([disabled])', { hasText: 'Tag' }).click();
    const tags = page.locator('.map-tags li');
    await eventually(() => tags.count()).toBe(1);
    await bar(page, 'Label', '3').click();
    await page.getByLabel('Layout', { exact: true }).selectOption('columns');
    await page.locator('.map-stage').focus();
    await page.keyboard.press('Control+z');
    await eventually(() => page.getByLabel('Layout', { exact: true }).inputValue()).toBe('own');
    await eventually(() => chips(page)).toEqual(['Label: 3']);
    await page.keyboard.press('Control+z');
    await eventually(() => chips(page)).toEqual([]);
    await page.keyboard.press('Control+z');
    await eventually(() => tags.count()).toBe(0);
    await eventually(() => calls(page, 'setTag')).toMatchObject([{ name: 'tag 1', ids: [] }]);
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await eventually(() => selectedTitle(page).textContent()).toBe('All 3,000 images');
    await page.keyboard.press('Control+Shift+z');
    await eventually(() => selectedTitle(page).textContent()).toBe('1 image selected');
    await page.keyboard.press('Control+y');
    await eventually(() => tags.count()).toBe(1);
    await page.getByRole('button', { name: 'Redo', exact: true }).click();
    await eventually(() => chips(page)).toEqual(['Label: 3']);
    // In a field for text the key belongs to the field.
    await page.locator('.map-search').focus();
    await page.keyboard.press('Control+z');
    await eventually(() => chips(page)).toEqual(['Label: 3']);
  });

  test('the grid has only the rows in view, sorts by a column, and walks by keyboard', async () => {
    const page = await open({ scenario: 'map-20000' });
    const grid = page.locator('.image-grid');
    await eventually(() => nameOf(page, 0)).toBe('0/00000.png');
    await eventually(() => cell(page, 0).locator('canvas').count()).toBe(1);
    await eventually(() => page.locator('.grid-image').count()).toBeLessThan(100);
    await eventually(() => cell(page, 0).getAttribute('aria-setsize')).toBe('20000');
    await grid.evaluate((node: { scrollTop: number; scrollHeight: number }) => {
      node.scrollTop = node.scrollHeight;
    });
    await cell(page, 19_999).waitFor();
    await eventually(() => cell(page, 0).count()).toBe(0);
    await grid.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    const columns = Number((await grid.getAttribute('aria-activedescendant'))!.split('-').at(-1));
    expect(columns).toBeGreaterThan(2);
    await page.keyboard.press(' ');
    await eventually(() => selectedTitle(page).textContent()).toBe('1 image selected');
    await page.keyboard.press('Control+z');
    await page.getByLabel('Sort by').selectOption('field:age');
    await page.getByRole('button', { name: 'Ascending' }).click();
    const ages = ROWS.map((_, place) => place).slice(0, 20);
    await eventually(async () => Promise.all(ages.map((place) => nameOf(page, place)))).toSatisfy(
      (names: (string | null)[]) =>
        names.every((name) => ageOf(Number(/(\d+)\.png/.exec(name!)![1])) === 100),
    );
    await cell(page, 2).click();
    await eventually(() => page.locator('.card h3').count()).toBe(1);
  });

  test('a selection becomes a set of a direction', async () => {
    const page = await open();
    await page.locator('.map-stage').focus();
    for (const key of ['ArrowRight', ' ']) await page.keyboard.press(key);
    await page
      .locator('.map-selection vscode-button:not([disabled])', { hasText: 'Set A of a Direction' })
      .click();
    await eventually(() => page.locator('#tab-directions').getAttribute('aria-selected')).toBe('true');
    await eventually(() =>
      page.evaluate<string>(
        "JSON.stringify(JSON.parse(sessionStorage.getItem('state of explorer')).datasets)",
      ),
    ).toMatch(/"directionFrom":"kept","directionFromIds":\["\d\/\d+\.png"\]/);
  });
});
