import type { Locator, Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { chromiumPath } from './browser.mjs';
import { boxOf, asked, drawing, openPage, usePages } from './pages';
import type { PageOptions } from './pages';
import { eventually } from '../support/eventually';

/** The page with both sections in view. */
const open = async (options: PageOptions): Promise<Page> => {
  const page = await openPage(options);
  for (const section of ['.manifold', '.samples']) {
    await page.locator(section).scrollIntoViewIfNeeded();
    await page.locator(`${section} .mosaic-frame`).waitFor();
  }
  return page;
};
const press = (page: Page, section: string, label: string): Promise<void> =>
  page.locator(`${section} vscode-button`, { hasText: label }).click();
/** The middle of a cell of a mosaic. */
const at = async (board: Locator, column: number, row: number, columns: number, rows: number) => {
  const { width, height } = await boxOf(board);
  return { x: ((column + 0.5) / columns) * width, y: ((row + 0.5) / rows) * height };
};

describe.skipIf(chromiumPath === null)('manifold and samples in Chromium', () => {
  usePages();

  test('the unit square over the two dimensions of largest KL; hover shows z and the picture', async () => {
    const page = await open({});
    const section = page.locator('.manifold');
    await eventually(() => asked(page, 'manifold')).toEqual([{ surface: { dimensions: [0, 1] }, side: 15 }]);
    await eventually(() => section.locator('> div > .quiet').textContent()).toBe(
      'The unit square through the inverse normal distribution function, z0 across and z1 up, the others at 0: each picture represents an equal share of the prior. Step 24,000.',
    );
    const board = section.locator('.mosaic-frame');
    const text = section.locator('.cell-text');
    const picture = section.locator('.picture.big');
    await board.hover({ position: await at(board, 0, 14, 15, 15) });
    await eventually(() => text.textContent()).toContain(
      'Row 15, column 1: z0 \u22121.83, z1 \u22121.83; |z| 2.59',
    );
    const corner = await drawing(picture);
    await board.hover({ position: await at(board, 14, 0, 15, 15) });
    await eventually(() => text.textContent()).toContain('Row 1, column 15: z0 1.83, z1 1.83');
    await eventually(() => drawing(picture)).not.toBe(corner);
    await section.locator('.surface select').first().selectOption('7');
    await eventually(async () => (await asked(page, 'manifold')).at(-1)).toEqual({
      surface: { dimensions: [7, 1] },
      side: 15,
    });
    await page.reload();
    await section.scrollIntoViewIfNeeded();
    await eventually(() => section.locator('.surface select').first().inputValue()).toBe('7');
  });

  test('the keyboard moves over the grid and pins a point, which the sliders go on from', async () => {
    const page = await open({});
    const section = page.locator('.manifold');
    const explore = section.locator('vscode-button', { hasText: 'Explore' });
    const disabled = (): Promise<boolean> => explore.evaluate((node: { disabled: boolean }) => node.disabled);
    await eventually(() => disabled()).toBe(true);
    await section.locator('.mosaic-frame').focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter'])
      await page.keyboard.press(key);
    await eventually(() => section.locator('.cell-text').textContent()).toContain(
      'Row 2, column 3: z0 \u22120.97, z1 1.28',
    );
    await eventually(disabled).toBe(false);
    await explore.click();
    const slider = page.getByLabel('Dimension 1, z', { exact: true });
    await eventually(() => slider.inputValue()).toBe('1.28');
    await eventually(() => page.getByLabel('Around').locator('option:checked').textContent()).toBe(
      'a chosen point',
    );
    await page.reload();
    await page.locator('.dimensions').scrollIntoViewIfNeeded();
    await eventually(() => slider.inputValue()).toBe('1.28');
  });

  test('beside a picture stands what is near: |z|, density, distance and images, held by a click', async () => {
    const page = await open({ scenario: 'map' });
    const section = page.locator('.manifold');
    const board = section.locator('.mosaic-frame');
    const near = section.locator('.cell-probe');
    const last = async (): Promise<number[]> =>
      ((await asked(page, 'probe')).at(-1)!['z'] as number[])
        .slice(0, 3)
        .map((value) => Number(value.toFixed(2)));
    await eventually(() => near.innerText()).toContain('Move over the pictures');
    await eventually(() => asked(page, 'probe')).toEqual([]);
    await board.hover({ position: await at(board, 14, 0, 15, 15) });
    await eventually(last).toEqual([1.83, 1.83, 0]);
    await eventually(() => near.innerText()).toContain('2.59 (√20 = 4.47)');
    await eventually(() => near.innerText()).toContain('42 % of images');
    await eventually(() => near.innerText()).toMatch(/nearest at\s+0\.30/);
    await eventually(() => near.locator('.hint').isVisible()).toBe(false);
    // The same cell is not asked for twice.
    const questions = (await asked(page, 'probe')).length;
    const { x, y } = await at(board, 14, 0, 15, 15);
    await board.hover({ position: { x: x + 2, y: y + 2 } });
    await page.mouse.move(0, 0);
    await eventually(() => near.innerText()).toContain('Move over the pictures');
    await board.click({ position: { x, y } });
    await page.mouse.move(0, 0);
    await eventually(() => section.locator('.cell-text').textContent()).toContain('Row 1, column 15');
    await eventually(() => asked(page, 'probe')).toHaveLength(questions + 1);
    await near.getByRole('button', { name: 'Open 1/00001.png, distance 0.30' }).click();
    const calls = (): Promise<{ method: string; params: unknown }[]> => page.evaluate('harness.host.calls');
    await eventually(async () => (await calls()).filter(({ method }) => method === 'openMapImage')).toEqual([
      { method: 'openMapImage', params: { id: '1/00001.png' } },
    ]);
    // Other weights: other answers for the same cell.
    await page.evaluate('harness.host.advance(500)');
    await eventually(async () => (await asked(page, 'probe')).length).toBeGreaterThan(questions + 1);
    await eventually(() => last()).toEqual([1.83, 1.83, 0]);
  });

  test('without a map there is no more to say of a picture than |z|, and how to have it', async () => {
    const page = await open({});
    const near = page.locator('.manifold .cell-probe');
    await page.locator('.manifold .mosaic-frame').hover();
    await eventually(() => near.innerText()).toContain('Make the map to see the nearest images');
    await eventually(() => near.innerText()).toContain('0.00 (√20 = 4.47)');
    await eventually(() => near.locator('.near-image').count()).toBe(0);
  });

  test('a plane through three encoded images, marked where they lie; without images it says what to do', async () => {
    const page = await open({ scenario: 'cards' });
    const section = page.locator('.manifold');
    await section.locator('vscode-radio', { hasText: 'Plane' }).click();
    await eventually(() => section.locator('.plane-marks span').allTextContents()).toEqual(['A', 'B', 'C']);
    await eventually(() => section.locator('> div > .quiet').textContent()).toContain('B seven-0042.png');
    await section.locator('.surface select').nth(2).selectOption({ label: 'seven-0042.png' });
    await eventually(() => section.locator('> .error-text').textContent()).toContain('on one line');
    await page.evaluate('harness.host.encode([])');
    await eventually(() => section.textContent()).toContain('Encode three images first.');
    await eventually(() => section.locator('.mosaic-frame').isVisible()).toBe(false);
  });

  test('samples: a seed draws the same again, another seed and another source others', async () => {
    const page = await open({});
    const section = page.locator('.samples');
    const mosaic = section.locator('.mosaic');
    const first = await drawing(mosaic);
    await press(page, '.samples', 'Draw Again');
    await eventually(() => drawing(mosaic)).not.toBe(first);
    await section.getByLabel('Seed').fill('0');
    await section.getByLabel('Seed').blur();
    await eventually(() => drawing(mosaic)).toBe(first);
    await section.locator('vscode-radio', { hasText: 'Aggregate' }).click();
    await eventually(() => drawing(mosaic)).not.toBe(first);
    await eventually(() => section.locator('> div > .quiet').textContent()).toContain(
      'fitted to the aggregate posterior of 2,000 training images: m is the mean of their posterior means',
    );
    await eventually(async () => (await asked(page, 'sample')).at(-1)).toEqual({
      from: 'aggregate',
      count: 60,
      seed: 0,
    });
    await page.reload();
    await section.scrollIntoViewIfNeeded();
    await eventually(async () => (await asked(page, 'sample')).at(-1)).toMatchObject({ from: 'aggregate' });
  });

  test('new weights decode both again', async () => {
    const page = await open({});
    await page.evaluate('harness.host.advance(500)');
    for (const section of ['.manifold', '.samples']) {
      await page.locator(section).scrollIntoViewIfNeeded();
      await eventually(() => page.locator(`${section} > div > .quiet`).textContent()).toMatch(
        /[Ss]tep 24,500\./,
      );
    }
  });

  test('each is saved as a PNG of its own pixels', async () => {
    const page = await open({});
    const size = async (of: string): Promise<number[]> => {
      await eventually(async () => (await asked(page, 'savePicture')).map((call) => call['of'])).toContain(
        of,
      );
      const call = (await asked(page, 'savePicture')).find((one) => one['of'] === of)!;
      const bytes = Buffer.from(call['png'] as number[]);
      return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    };
    await press(page, '.manifold', 'Save as PNG');
    await eventually(() => size('manifold')).toEqual([15 * 28, 15 * 28]);
    await press(page, '.samples', 'Save as PNG');
    await eventually(() => size('samples')).toEqual([12 * 28, 5 * 28]);
    await page.locator('.dimensions').scrollIntoViewIfNeeded();
    await press(page, '.dimensions', 'Save as PNG');
    await eventually(() => size('traversals')).toEqual([11 * 28, 8 * 28]);
  });

  test('nothing sticks out at 300 pixels', async () => {
    const page = await open({ scenario: 'cards', width: 300 });
    await page.locator('.manifold vscode-radio', { hasText: 'Plane' }).click();
    await page.locator('.plane-marks span').first().waitFor();
    await page.locator('.manifold .mosaic-frame').click();
    await page.locator('.cell-probe dd').first().waitFor();
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBe(300);
  });
});
