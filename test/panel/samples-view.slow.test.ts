import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath } from './browser.mjs';
import { atRest } from './movement.mjs';
import { boxOf, asked, drawing, openPage, usePages } from './pages';
import type { PageOptions } from './pages';
import { eventually } from '../support/eventually';

/** The page with the tab in front. */
const open = async (options: PageOptions): Promise<Page> => {
  const page = await openPage({ width: 1400, height: 900, ...options });
  if ((options.width ?? 1400) < 700) await page.getByLabel('View', { exact: true }).selectOption('samples');
  else await page.locator('#tab-samples').click();
  for (const section of ['.manifold', '.draws']) await page.locator(`${section} .mosaic-frame`).waitFor();
  return page;
};
const showHere = (page: Page): Promise<void> => page.locator('.pane', { hasText: 'Here' }).click();
const press = (page: Page, section: string, label: string): Promise<void> =>
  page.locator(`${section} vscode-button:not([disabled])`, { hasText: label }).click();
/** The middle of a cell of a mosaic. */
const at = async (board: Locator, column: number, row: number, columns: number, rows: number) => {
  const { width, height } = await boxOf(board);
  return { x: ((column + 0.5) / columns) * width, y: ((row + 0.5) / rows) * height };
};

describe.skipIf(chromiumPath === null)('manifold and samples in Chromium', () => {
  usePages();

  test('it is asked for once when the page opens with it', async () => {
    const page = await open({});
    await page.reload();
    await page.locator('.manifold .mosaic-frame').waitFor();
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 500))');
    await eventually(async () => (await asked(page, 'manifold')).length).toBe(1);
  });

  test('the unit square over the two dimensions of largest KL; hover shows z and the picture', async () => {
    const page = await open({});
    const section = page.locator('.manifold');
    await eventually(async () => (await asked(page, 'manifold')).at(-1)).toEqual({
      surface: { dimensions: [0, 1] },
      side: 15,
    });
    await eventually(() => section.locator('> .what').textContent()).toBe(
      'The unit square through the inverse normal distribution function, z0 across and z1 up, the others at 0: each picture represents an equal share of the prior. Step 24,000.',
    );
    const board = section.locator('.mosaic-frame');
    const text = section.locator('.cell-text');
    await showHere(page);
    const picture = page.locator('.here-body canvas');
    await board.hover({ position: await at(board, 0, 14, 15, 15) });
    await eventually(() => text.textContent()).toContain(
      'Row 15, column 1: z0 \u22121.83, z1 \u22121.83; |z| 2.59',
    );
    await picture.waitFor();
    const corner = await drawing(picture);
    await board.hover({ position: await at(board, 14, 0, 15, 15) });
    await eventually(() => text.textContent()).toContain('Row 1, column 15: z0 1.83, z1 1.83');
    await eventually(() => drawing(picture)).not.toBe(corner);
    // The mark lies on the cell under the mouse.
    const mark = await boxOf(section.locator('.cell-mark'));
    const { x, y } = await at(board, 14, 0, 15, 15);
    const place = await boxOf(board);
    await eventually(() => Math.abs(mark.x + mark.width / 2 - place.x - x)).toBeLessThan(2);
    await eventually(() => Math.abs(mark.y + mark.height / 2 - place.y - y)).toBeLessThan(2);
    // The grid is not made anew meanwhile: the focus stays on it, and the mouse over it.
    await board.evaluate((node: { setAttribute(name: string, value: string): void }) =>
      node.setAttribute('data-kept', ''),
    );
    await section.locator('.surface select').first().selectOption('7');
    await eventually(async () => (await asked(page, 'manifold')).at(-1)).toEqual({
      surface: { dimensions: [7, 1] },
      side: 15,
    });
    await eventually(() => section.locator('> .what').textContent()).toContain('z7 across');
    await eventually(() => board.getAttribute('data-kept')).toBe('');
    await page.reload();
    await eventually(() => section.locator('.surface select').first().inputValue()).toBe('7');
  });

  test('the keyboard moves over the grid and pins a point, which the sliders go on from', async () => {
    const page = await open({});
    const section = page.locator('.manifold');
    await section.locator('.mosaic-frame').focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'Enter'])
      await page.keyboard.press(key);
    await eventually(() => section.locator('.cell-text').textContent()).toContain(
      'Row 2, column 3: z0 \u22120.97, z1 1.28',
    );
    // The answer for the cell moved to last.
    await atRest(page);
    await page.locator('.here vscode-button:not([disabled])', { hasText: 'Explore' }).click();
    const slider = page.getByLabel('Dimension 1, z', { exact: true });
    await eventually(() => slider.inputValue()).toBe('1.28');
    const around = page.getByLabel('Around').locator('option:checked');
    await eventually(() => around.textContent()).toBe('the pinned place');
    await page.reload();
    await eventually(() => slider.inputValue()).toBe('1.28');
    await eventually(() => around.textContent()).toBe('a chosen point');
  });

  test('the inspector says what is near a picture: |z|, density, distance and images, held by a click', async () => {
    const page = await open({ scenario: 'map' });
    const section = page.locator('.manifold');
    const board = section.locator('.mosaic-frame');
    await showHere(page);
    const here = page.locator('.here');
    const last = async (): Promise<number[]> =>
      ((await asked(page, 'probe')).at(-1)!['z'] as number[])
        .slice(0, 3)
        .map((value) => Number(value.toFixed(2)));
    await eventually(() => here.innerText()).toContain('Move over the map or over the samples');
    await eventually(() => asked(page, 'probe')).toEqual([]);
    await board.hover({ position: await at(board, 14, 0, 15, 15) });
    await eventually(last).toEqual([1.83, 1.83, 0]);
    await eventually(() => here.innerText()).toContain('2.59 (√20 = 4.47)');
    await eventually(() => here.innerText()).toContain('42 % of images');
    await eventually(() => here.innerText()).toMatch(/nearest at\s+0\.30/);
    await eventually(() => here.innerText()).toContain('Row 1, column 15');
    // The same cell is not asked for twice, not when it is pinned either.
    const questions = (await asked(page, 'probe')).length;
    const { x, y } = await at(board, 14, 0, 15, 15);
    await board.hover({ position: { x: x + 2, y: y + 2 } });
    await page.mouse.move(0, 0);
    await eventually(() => here.innerText()).toContain('Move over the map or over the samples');
    await board.click({ position: { x, y } });
    await page.mouse.move(0, 0);
    await eventually(() => section.locator('.cell-mark.pinned').count()).toBe(1);
    await eventually(() => here.innerText()).toContain('Row 1, column 15');
    await board.hover({ position: await at(board, 3, 3, 15, 15) });
    await eventually(() => section.locator('.cell-text').textContent()).toContain('Row 4, column 4');
    await eventually(() => here.innerText()).toContain('Row 1, column 15');
    await eventually(() => asked(page, 'probe')).toHaveLength(questions);
    // Other weights: other answers for the same cell.
    await page.evaluate('harness.host.advance(500)');
    await eventually(async () => (await asked(page, 'probe')).length).toBeGreaterThan(questions);
    await eventually(() => last()).toEqual([1.83, 1.83, 0]);
    await eventually(() => here.innerText()).toContain('Map of step 24,000, decoded at step 24,500.');
    // A neighbour is shown as an image.
    await here.getByRole('button', { name: 'Show 1/00001.png, distance 0.30' }).click();
    await eventually(() => page.locator('.card h3').textContent()).toBe('00001.png');
    await showHere(page);
    await here.locator('vscode-button:not([disabled])', { hasText: 'Release' }).click();
    await eventually(() => section.locator('.cell-mark.pinned').count()).toBe(0);
    await board.click({ position: { x, y } });
    await board.click({ position: { x, y } });
    await eventually(() => section.locator('.cell-mark.pinned').count()).toBe(0);
  });

  test('a pin is on its own cell, and leads on only once the engine has answered for it', async () => {
    const page = await open({ scenario: 'map' });
    const board = page.locator('.manifold .mosaic-frame');
    const explore = page.locator('.here vscode-button', { hasText: 'Explore' });
    const isOff = (): Promise<boolean> =>
      explore.evaluate((node: { readonly disabled: boolean }) => node.disabled);
    await board.click({ position: await at(board, 2, 9, 15, 15) });
    await eventually(isOff).toBe(false);
    const release = page.locator('.here vscode-button:not([disabled])', { hasText: 'Release' });
    await release.click();
    await page.evaluate(`release = harness.host.hold('probe')`);
    // In the same column, so that the first coordinate is the same.
    const wanted = await at(board, 2, 5, 15, 15);
    await board.click({ position: wanted });
    await eventually(isOff).toBe(true);
    await page.evaluate('release()');
    await eventually(isOff).toBe(false);
    const mark = await boxOf(page.locator('.manifold .cell-mark.pinned'));
    const place = await boxOf(board);
    await eventually(() => Math.abs(mark.y + mark.height / 2 - place.y - wanted.y)).toBeLessThan(2);
  });

  test('nothing jumps while the mouse moves over pictures', async () => {
    const page = await open({ scenario: 'map' });
    const board = page.locator('.manifold .mosaic-frame');
    await board.click({ position: await at(board, 0, 0, 15, 15) });
    const button = page.locator('.here vscode-button:not([disabled])', { hasText: 'Release' });
    const { y } = await boxOf(button);
    for (const [column, row] of [
      [14, 14],
      [7, 7],
    ] as const) {
      // Released and pinned elsewhere: the texts differ in length.
      await button.click();
      await board.click({ position: await at(board, column, row, 15, 15) });
      await eventually(async () => (await boxOf(button)).y).toBe(y);
    }
  });

  test('without a map there is no more to say of a picture than |z|, and how to have it', async () => {
    const page = await open({});
    const here = page.locator('.here');
    await showHere(page);
    await page.locator('.manifold .mosaic-frame').hover();
    await eventually(() => here.innerText()).toContain('Make the map to see the nearest images');
    await eventually(() => here.innerText()).toContain('0.00 (√20 = 4.47)');
    await eventually(() => here.locator('.near-image').count()).toBe(0);
  });

  test('a plane through three images of the tray, marked where they lie; without images it says what to do', async () => {
    const page = await open({ scenario: 'cards' });
    const section = page.locator('.manifold');
    await section.locator('.radio', { hasText: 'Plane' }).click();
    await eventually(() => section.locator('.plane-marks span').allTextContents()).toEqual(['A', 'B', 'C']);
    // Each is where the engine says that it lies, as fractions of the picture.
    const marks = await page.evaluate<number[]>(
      `harness.host.answered.get('manifold').then(({ marks }) => Array.from(marks))`,
    );
    const places = section
      .locator('.plane-marks span')
      .evaluateAll((spans: { readonly style: { readonly left: string; readonly top: string } }[]) =>
        spans.flatMap(({ style }) => [parseFloat(style.left) / 100, parseFloat(style.top) / 100]),
      );
    await eventually(async () => (await places).every((value, i) => Math.abs(value - marks[i]!) < 1e-4)).toBe(
      true,
    );
    await eventually(() => new Set(marks.map((value) => value.toFixed(3))).size).toBeGreaterThan(3);
    await eventually(() => section.locator('> .what').textContent()).toContain('B seven-0042.png');
    await section.locator('.surface select').nth(2).selectOption({ label: 'seven-0042.png' });
    await eventually(() => section.locator('> .error-text').textContent()).toContain('on one line');
    await page.evaluate('harness.host.encode([])');
    await eventually(() => section.textContent()).toContain('Put three images into the tray first.');
    await eventually(() => section.locator('.mosaic-frame').isVisible()).toBe(false);
  });

  test('samples: a seed draws the same again, another seed and another source others', async () => {
    const page = await open({});
    const section = page.locator('.draws');
    const mosaic = section.locator('.mosaic');
    const first = await drawing(mosaic);
    await press(page, '.draws', 'Draw Again');
    await eventually(() => drawing(mosaic)).not.toBe(first);
    const what = section.locator('> .what');
    await eventually(() => what.textContent()).toContain('Seed 1, step 24,000.');
    // What is no seed is 0.
    await section.getByLabel('Seed').fill('-3');
    await section.getByLabel('Seed').blur();
    await eventually(() => section.getByLabel('Seed').inputValue()).toBe('0');
    await eventually(() => what.textContent()).toContain('Seed 0, step 24,000.');
    await eventually(() => drawing(mosaic)).toBe(first);
    await section.locator('.radio', { hasText: 'Aggregate' }).click();
    await eventually(() => drawing(mosaic)).not.toBe(first);
    await eventually(() => section.locator('> .what').textContent()).toContain(
      'fitted to the aggregate posterior of 2,000 training images: m is the mean of their posterior means',
    );
    await eventually(async () => (await asked(page, 'sample')).at(-1)).toEqual({
      from: 'aggregate',
      count: 60,
      seed: 0,
    });
    await page.reload();
    await eventually(async () => (await asked(page, 'sample')).at(-1)).toMatchObject({ from: 'aggregate' });
  });

  test('new weights decode both again', async () => {
    const page = await open({});
    await page.evaluate('harness.host.advance(500)');
    for (const section of ['.manifold', '.draws']) {
      await eventually(() => page.locator(`${section} > .what`).textContent()).toMatch(/[Ss]tep 24,500\./);
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
    await press(page, '.draws', 'Save as PNG');
    await eventually(() => size('samples')).toEqual([10 * 28, 6 * 28]);
    await page.locator('#tab-dimensions').click();
    await page.locator('.traversal .frame').first().waitFor();
    await press(page, '.dimensions', 'Save as PNG');
    await eventually(() => size('traversals')).toEqual([11 * 28, 8 * 28]);
  });

  test('the traversals are saved as a film: each dimension to and fro', async () => {
    const page = await open({});
    await page.locator('#tab-dimensions').click();
    await page.locator('.traversal .frame').first().waitFor();
    await press(page, '.dimensions', 'Save Film');
    await eventually(async () => (await asked(page, 'saveFilm')).map((call) => call['of'])).toEqual([
      'traversals',
    ]);
    const [call] = await asked(page, 'saveFilm');
    expect(call!['format']).toBe('gif');
    const gif = Buffer.from(call!['bytes'] as number[]);
    expect(gif.toString('latin1', 0, 6)).toBe('GIF89a');
    // Eight dimensions in two rows of four pictures of 28 pixels, with gaps of two.
    expect([gif.readUInt16LE(6), gif.readUInt16LE(8)]).toEqual([4 * 30 + 2, 2 * 30 + 2]);
    const frames = gif.toString('latin1').split('\x21\xf9\x04').length - 1;
    expect(frames).toBe(2 * 31 - 2);
    const traversals = (await asked(page, 'traverse')).map((one) => one['frames']);
    expect(traversals.at(-1)).toBe(31);
  });

  test('or as a video, which a browser plays', async () => {
    const page = await open({});
    await page.locator('#tab-dimensions').click();
    await page.locator('.traversal .frame').first().waitFor();
    await page.evaluate(() => Object.assign(globalThis, { takesVideo: true }));
    await press(page, '.dimensions', 'Save Film');
    await eventually(async () => (await asked(page, 'saveFilm')).length).toBe(1);
    const [question] = await asked(page, 'askFilmFormat');
    const [call] = await asked(page, 'saveFilm');
    expect(['mp4', 'webm']).toContain(call!['format']);
    expect(question!['formats']).toEqual([call!['format'], 'gif']);
    const player = await page.context().newPage();
    const data = `data:video/${call!['format'] as string};base64,${Buffer.from(call!['bytes'] as number[]).toString('base64')}`;
    const played = await player.evaluate<{ width: number; height: number; seconds: number; gap: number }>(`
      (async () => {
        const video = document.createElement('video');
        video.src = '${data}';
        await new Promise((resolve, reject) => {
          video.onloadeddata = resolve;
          video.onerror = () => reject(new Error(video.error.message));
        });
        const there = new Promise((resolve) => (video.onseeked = resolve));
        video.currentTime = 1;
        await there;
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
        const context = canvas.getContext('2d');
        // Until its picture is there, nothing is drawn of a video that has been moved.
        for (;;) {
          context.drawImage(video, 0, 0);
          const [gap, , , opacity] = context.getImageData(0, 0, 1, 1).data;
          if (opacity > 0) return { width: canvas.width, height: canvas.height, seconds: video.duration, gap };
          await new Promise((later) => setTimeout(later, 20));
        }
      })()`);
    // 122 × 62 pixels; sixty frames of 60 ms; the gap above the pictures is grey.
    expect(played).toMatchObject({ width: 122, height: 62 });
    expect(played.seconds).toBeCloseTo(3.6, 1);
    expect(Math.abs(played.gap - 128)).toBeLessThan(16);
  });

  test('nothing sticks out at 300 pixels', async () => {
    const page = await open({ scenario: 'cards', width: 300 });
    await page.locator('.manifold .radio', { hasText: 'Plane' }).click();
    await page.locator('.plane-marks span').first().waitFor();
    await page.locator('.manifold .mosaic-frame').click();
    // A pinned place opens the inspector's sheet.
    await page.locator('.here dd').first().waitFor();
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBe(300);
  });
});
