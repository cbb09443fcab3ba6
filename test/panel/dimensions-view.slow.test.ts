import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath } from './browser.mjs';
import { atRest } from './movement.mjs';
import { boxOf, openPage, usePages } from './pages';
import type { PageOptions } from './pages';
import { eventually } from '../support/eventually';

interface Asked {
  readonly method: string;
  readonly params: {
    readonly around?: unknown;
    readonly dimensions?: number[];
    readonly edits?: unknown[];
    readonly z?: number[];
  };
}

/** The page with the tab in front. */
const open = async (options: PageOptions): Promise<Page> => {
  const page = await openPage({ width: 1400, height: 900, ...options });
  if ((options.width ?? 1400) < 700)
    await page.getByLabel('View', { exact: true }).selectOption('dimensions');
  else await page.locator('#tab-dimensions').click();
  await page.locator('.dimensions-view .traversal:visible').first().waitFor();
  return page;
};
const asked = async (page: Page, method: string): Promise<Asked['params'][]> =>
  (await page.evaluate<Asked[]>('harness.host.asked'))
    .filter((call) => call.method === method)
    .map(({ params }) => params);
const drawing = (canvas: Locator): Promise<string> =>
  canvas.evaluate((node: { toDataURL(): string }) => node.toDataURL());
const names = (page: Page, part = '.traversal-rows > .traversals'): Promise<string[]> =>
  page.locator(`${part} .traversal strong`).allTextContents();
const slider = (page: Page, dimension: number): Locator =>
  page.getByLabel(`Dimension ${dimension}, z`, { exact: true });

describe.skipIf(chromiumPath === null)('latent dimensions in Chromium', () => {
  usePages();

  test('rows by falling KL, each with its pictures; the dead ones come last and are decoded when unfolded', async () => {
    const page = await open({});
    await eventually(() => names(page)).toEqual(['z0', 'z1', 'z2', 'z3', 'z4', 'z6', 'z7', 'z8']);
    await eventually(() => page.locator('.traversal .frame').count()).toBe(8 * 11);
    const ends = await page.evaluate<string[]>(`(() => {
      const strip = document.querySelector('.traversal canvas');
      const part = (x) => strip.getContext('2d').getImageData(x, 0, 20, strip.height).data.join();
      return [part(0), part(strip.width - 20)];
    })()`);
    expect(ends[0]).not.toBe(ends[1]);
    await eventually(() => page.locator('.traversal .frame-strip').first().getAttribute('aria-label')).toBe(
      '11 pictures along dimension 0, z from \u22121.69 to 1.69',
    );
    await page.locator('vscode-button:not([disabled])', { hasText: 'Show All 17 Active' }).click();
    await eventually(() => names(page)).toHaveLength(17);
    await page.locator('.dead-dimensions summary').click();
    await eventually(() => names(page, '.dead-dimensions')).toEqual(['z5', 'z12', 'z19']);
    await eventually(() => page.locator('.traversal.dead .frame').count()).toBe(3 * 11);
    await eventually(async () => (await asked(page, 'traverse')).at(-1)!.dimensions).toHaveLength(20);
  });

  test('quantiles are those of the prior or of the aggregate posterior, and a reload keeps the choice', async () => {
    const page = await open({});
    await page.getByLabel('Quantiles of').selectOption('aggregate');
    const label = (): Promise<string | null> =>
      page.locator('.traversal .frame-strip').first().getAttribute('aria-label');
    await eventually(label).toContain('z from \u22122.54 to 2.54');
    await page.reload();
    await eventually(label).toContain('z from \u22122.54 to 2.54');
    await eventually(async () => (await asked(page, 'traverse')).at(-1)).toMatchObject({
      quantilesOf: 'aggregate',
    });
  });

  test('a dragged slider decodes its point, and its rows follow when it rests', async () => {
    const page = await open({});
    const picture = page.locator('.stage-box .big');
    const before = await drawing(picture);
    const box = await boxOf(slider(page, 1));
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.9, box.y + box.height / 2, { steps: 10 });
    await eventually(() => drawing(picture)).not.toBe(before);
    const points = await asked(page, 'decode');
    expect(points.at(-1)!.z!.filter((value) => value !== 0)).toHaveLength(1);
    expect(points.at(-1)!.z![1]).toBeGreaterThan(1.5);
    await eventually(async () => (await asked(page, 'traverse')).at(-1)!.edits).toEqual([]);
    await page.mouse.up();
    await eventually(async () => (await asked(page, 'traverse')).at(-1)!.edits).toHaveLength(1);
    await eventually(() => page.locator('.dimensions-view .stage-text').textContent()).toContain('1 moved');
    await page.locator('vscode-button:not([disabled])', { hasText: 'Reset' }).click();
    await eventually(() => drawing(picture)).toBe(before);
  });

  test('the keyboard moves a slider, and a click on a picture puts it there', async () => {
    const page = await open({});
    await slider(page, 3).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await eventually(() => slider(page, 3).inputValue()).toBe('0.02');
    await page.locator('.traversal').nth(1).locator('.frame').first().click();
    await eventually(() => slider(page, 1).inputValue()).toBe('-1.69');
    await eventually(async () => (await asked(page, 'traverse')).at(-1)!.edits).toEqual([
      { dimension: 3, value: 0.02 },
      { dimension: 1, value: -1.69 },
    ]);
  });

  test('around the inspector’s image: its sliders begin at its posterior mean, and a reload keeps what was moved', async () => {
    const page = await open({ scenario: 'cards' });
    const around = page.getByLabel('Around');
    const chosen = (): Promise<string | null> => around.locator('option:checked').textContent();
    await page.getByRole('option', { name: 'seven-0042.png', exact: true }).click();
    await eventually(chosen).toBe('seven-0042.png');
    await eventually(() => slider(page, 0).inputValue()).not.toBe('0');
    const mean = await slider(page, 0).inputValue();
    await slider(page, 2).fill('1.5');
    await page.reload();
    await eventually(() => slider(page, 0).inputValue()).toBe(mean);
    await eventually(() => slider(page, 2).inputValue()).toBe('1.5');
    await eventually(async () => (await asked(page, 'traverse')).at(-1)).toMatchObject({
      around: { uri: 'file:///data/seven-0042.png' },
      edits: [{ dimension: 2, value: 1.5 }],
    });
    // What was moved belongs to that image.
    await around.selectOption('origin');
    await eventually(() => slider(page, 2).inputValue()).toBe('0');
    await eventually(async () => (await asked(page, 'traverse')).at(-1)).toMatchObject({
      around: null,
      edits: [],
    });
    await around.selectOption('image');
    await eventually(() => slider(page, 2).inputValue()).toBe('1.5');
    // A file that could not be encoded lies nowhere.
    await page.getByRole('option', { name: 'broken file.png, could not be encoded' }).click();
    await eventually(chosen).toBe('the origin');
  });

  test('while it trains, chart and pictures follow; an order that changes waits for a slider in use', async () => {
    const page = await open({});
    await slider(page, 0).focus();
    await page.evaluate(`(() => {
      const { host } = harness;
      const last = host.rows.findLast((row) => row.type === 'validation');
      const klPerDimension = last.klPerDimension.map((kl, d) => (d === 4 ? 99 : kl));
      host.rows.push({ ...last, step: last.step + 10, samples: last.samples + 1000, klPerDimension });
      host.advance(10);
    })()`);
    await eventually(() => page.locator('.activity-text').textContent()).toContain('step 24,010');
    await eventually(() => names(page)).toContain('z0');
    await eventually(async () => (await names(page))[0]).toBe('z0');
    await slider(page, 0).blur();
    await eventually(async () => (await names(page))[0]).toBe('z4');
    const pulled = (await asked(page, 'traverse')).length;
    await page.evaluate('harness.host.advance(500)');
    await eventually(async () => (await asked(page, 'traverse')).length).toBeGreaterThan(pulled);
  });

  test('behind another tab nothing is decoded, and in front again there is at once what there was', async () => {
    const page = await openPage({ width: 1400, height: 900 });
    await page.locator('.chart canvas').waitFor();
    await page.evaluate('harness.host.advance(500)');
    await page.getByText('step 24,500').first().waitFor();
    await eventually(() => asked(page, 'traverse')).toEqual([]);
    await page.locator('#tab-dimensions').click();
    await page.locator('.traversal .frame').first().waitFor();
    await atRest(page);
    const { length } = await asked(page, 'traverse');
    await page.locator('#tab-train').click();
    await page.locator('#tab-dimensions').click();
    await page.locator('.traversal .frame').first().waitFor();
    await atRest(page);
    await eventually(() => asked(page, 'traverse')).toHaveLength(length);
  });

  test('collapse is said, with a remedy for this run', async () => {
    const page = await open({ scenario: 'collapsed' });
    const text = (): Promise<string | null> => page.locator('.dimensions-view .notice.warning').textContent();
    await eventually(text).toContain('17 of 20 dimensions were active, now 1 is.');
    await eventually(text).toContain('this run has 4');
    await eventually(() => page.locator('.counts').getAttribute('aria-label')).toContain(
      'now 1 of 20, 17 at most',
    );
  });

  test('the chart has a read-out by keyboard and a table', async () => {
    const page = await open({});
    await page.locator('.bars').focus();
    await page.keyboard.press('End');
    await eventually(() => page.locator('.activity-text').textContent()).toContain('Dimension 19: KL 0.00');
    await page.locator('summary', { hasText: 'KL per dimension' }).click();
    const rows = page.locator('.dimensions-view .table-alternative tbody tr');
    await eventually(() => rows.count()).toBe(20);
    await eventually(() => rows.last().locator('td').allTextContents()).toEqual(['19', '0.00', 'dead']);
  });

  test('nothing sticks out at 300 pixels', async () => {
    const page = await open({ scenario: 'collapsed', width: 300 });
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBe(300);
    const stage = 'document.getElementById("stage")';
    await eventually(() => page.evaluate(`${stage}.scrollWidth - ${stage}.clientWidth`)).toBe(0);
  });
});
