import type { Locator, Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { ageOf } from '../webview/harness/map-host';
import { wobble } from '../webview/harness/shapes';
import { boundsOf, fit, toScreen } from '../../webview/map/canvas/viewport';
import { chromiumPath } from './browser.mjs';
import { openMap, showPane, switchInMenu } from './map-pages';
import { asked, boxOf, drag, usePages } from './pages';
import { eventually } from '../support/eventually';

const ROWS = Array.from({ length: 3000 }, (_, row) => row);
const NORMS = Float32Array.from(ROWS, (row) => 3 + wobble(row + 0.9));
const idOf = (row: number): string => `${row % 97 === 0 ? 0 : row % 10}/${String(row).padStart(5, '0')}.png`;

const open = async (width?: number): Promise<Page> => {
  const page = await openMap(width === undefined ? {} : { width });
  await page.locator('.map-legend').waitFor();
  return page;
};
/** Chooses a column as an axis; in a narrow view the axes are in the menu. */
const choose = async (page: Page, axis: 'x' | 'y', value: string): Promise<void> => {
  await page.getByLabel('Layout', { exact: true }).selectOption('columns');
  const select = page.getByLabel(axis, { exact: true });
  if (!(await page.locator('.map-tools.compact').count())) return void (await select.selectOption(value));
  await page.locator('.map-menu .popover-button').click();
  await select.selectOption(value);
  await page.keyboard.press('Escape');
};
const words = (page: Page): Locator => page.locator('.map-axes');
const stageOf = async (page: Page): Promise<Locator> => {
  const stage = page.locator('.map-stage');
  await stage.waitFor();
  return stage;
};

/** Where an image is to be on the stage where its age lies across and its norm up, each from the least to the largest. */
function expected(row: number, size: { readonly width: number; readonly height: number }): [number, number] {
  const [low, high] = [Math.min(...NORMS), Math.max(...NORMS)];
  const unit = Float32Array.of(0, 1);
  return toScreen(
    fit(boundsOf(unit, unit), size),
    size,
    ageOf(row) / 100,
    (NORMS[row]! - low) / (high - low),
  );
}

/** Moves the mouse to where an image is to be; its name as the tip has it. */
async function nameAt(page: Page, row: number): Promise<string | null> {
  const box = await boxOf(await stageOf(page));
  const [x, y] = expected(row, box);
  await page.mouse.move(box.x + x, box.y + y);
  return page.locator('.map-tip:not([hidden]) .map-tip-name').textContent();
}

describe.skipIf(chromiumPath === null)('columns of numbers as axes of the map, in Chromium', () => {
  usePages();

  test('images lie where their numbers say, also after a reload; those without one are counted', async () => {
    const page = await open();
    await eventually(() => words(page).textContent()).toBe('Across: PC 1 (50 %). Up: PC 2 (25 %).');
    await choose(page, 'x', 'field:age');
    await choose(page, 'y', 'norm');
    await eventually(() => words(page).textContent()).toMatch(
      /^Across: age\. Up: \|z\| of the mean\. 600 of 3,000 images have no value there and are not drawn\. /,
    );
    for (const row of [1, 77, 1234]) await eventually(() => nameAt(page, row)).toBe(idOf(row));
    const tip = page.locator('.map-tip:not([hidden])');
    await eventually(() => tip.textContent()).toContain(`age ${ageOf(1234)} · |z| of the mean`);
    await page.reload();
    await page.locator('.map-legend [data-key]').first().waitFor();
    await eventually(() => words(page).textContent()).toContain('Across: age');
    await eventually(() => nameAt(page, 1234)).toBe(idOf(1234));
  });

  test('the table has the numbers and leaves out who is not drawn', async () => {
    const page = await open();
    await choose(page, 'x', 'field:age');
    await choose(page, 'y', 'elbo');
    await switchInMenu(page, 'Images in view as a table');
    const rows = page.locator('.map-table tbody tr');
    await eventually(() => rows.first().locator('th').textContent()).toBe(idOf(1));
    await eventually(() => page.locator('.map-table thead').textContent()).toBe('ImageLabelSplitELBOageELBO');
    await eventually(() => rows.first().locator('td').nth(3).textContent()).toBe(String(ageOf(1)));
    await eventually(() => rows.locator('th').allTextContents()).toEqual(
      ROWS.filter((row) => row % 5 !== 0)
        .slice(0, 100)
        .map(idOf),
    );
  });

  test('an image without a place is shown by its card, and the map stays where it was', async () => {
    const page = await open();
    await choose(page, 'x', 'field:age');
    await choose(page, 'y', 'norm');
    await eventually(() => words(page).textContent()).toContain('Across: age');
    await page.evaluate("harness.host.showOnMap(['5/00005.png'])");
    await page.locator('.card h3').waitFor();
    await eventually(() => nameAt(page, 1234)).toBe(idOf(1234));
    await page.locator('.map-stage').focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => page.locator('.map-said').textContent()).toMatch(/\.png: .* · age \d/);
  });

  test('a place there is no point of latent space: nothing is decoded, and a line says so', async () => {
    const page = await open();
    await choose(page, 'y', 'field:age');
    await eventually(() => words(page).textContent()).toContain('cannot be decoded');
    await showPane(page, 'Here');
    const before = (await asked(page, 'probe')).length;
    const stage = await stageOf(page);
    const box = await boxOf(stage);
    await page.locator('.segment', { hasText: 'Line' }).click();
    await drag(stage, [0.35, 0.1], [0.5, 0.15]);
    await page.getByText('A line on these axes has no points in latent space').waitFor();
    await eventually(() => asked(page, 'interpolateLine')).toEqual([]);
    await eventually(() => asked(page, 'probe')).toHaveLength(before);
    await choose(page, 'y', 'pc:1');
    await page.locator('.segment', { hasText: 'Move' }).click();
    await page.mouse.move(box.x + 300, box.y + 300);
    await eventually(async () => (await asked(page, 'probe')).length).toBeGreaterThan(before);
  });

  test('a place that was looked at is looked at no more on other axes', async () => {
    const page = await open();
    await showPane(page, 'Here');
    const box = await boxOf(await stageOf(page));
    await page.mouse.move(box.x + 300, box.y + 300);
    const picture = page.locator('#inspector .here-body canvas');
    await picture.waitFor();
    // The mouse stays where it is: nothing tells the page of another place.
    await page.getByLabel('Layout', { exact: true }).focus();
    await choose(page, 'y', 'mean:3');
    await eventually(() => words(page).textContent()).toMatch(/Dimension 3|z3/);
    await eventually(() => page.locator('#inspector .here .hint').count()).toBe(1);
    await eventually(() => picture.count()).toBe(0);
  });

  test('nothing sticks out at 300 pixels', async () => {
    const page = await open(300);
    await choose(page, 'x', 'field:age');
    await eventually(() => words(page).textContent()).toContain('Across: age');
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(300);
  });
});
