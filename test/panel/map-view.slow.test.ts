import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, openBrowser } from './browser.mjs';

type Browser = Awaited<ReturnType<typeof openBrowser>>;
let browser: Browser;
let opened: Awaited<ReturnType<Browser['open']>>[] = [];

const open = async (options: Parameters<Browser['open']>[0]): Promise<Page> => {
  const one = await browser.open({ height: 1000, ...options });
  opened.push(one);
  return one.page;
};
const calls = async (page: Page, method: string): Promise<unknown[]> => {
  const all: { method: string; params: unknown }[] = await page.evaluate('harness.host.calls');
  return all.filter((call) => call.method === method).map((call) => call.params);
};
const press = (page: Page, label: string): Promise<void> =>
  page.locator('section.map vscode-button', { hasText: label }).first().click();
const stageOf = async (page: Page): Promise<Locator> => {
  const stage = page.locator('.map-stage');
  await stage.waitFor();
  return stage;
};
const choose = (page: Page, label: string, value: string): Promise<string[]> =>
  page.getByLabel(label, { exact: true }).selectOption(value);
const tableRows = (page: Page): Locator => page.locator('.map-table tbody tr');
const openTable = async (page: Page): Promise<void> => {
  await page.locator('.map-main summary').click();
  await tableRows(page).first().waitFor();
};
/** What is drawn, as a picture. */
const drawing = async (stage: Locator): Promise<string> => (await stage.screenshot()).toString('base64');

describe.skipIf(chromiumPath === null)('the map in the explorer panel, in Chromium', () => {
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    for (const { page, errors } of opened) {
      expect(errors).toEqual([]);
      expect(await page.evaluate('harness.violations')).toEqual([]);
      await page.close();
    }
    opened = [];
  });

  test('is made when it is asked for, with progress and a cancel', async () => {
    const page = await open({ scenario: 'training' });
    const section = page.locator('section.map');
    await section.getByText('Encode every image').waitFor();
    expect(await calls(page, 'encodeAll')).toHaveLength(0);
    await press(page, 'Make Map');
    await page.evaluate('harness.host.map.encode(1200, 24000)');
    await section.getByText('Encoding images 1,200 / 3,000').waitFor();
    await press(page, 'Cancel');
    await section.getByText('Encode every image').waitFor();
    expect(await calls(page, 'cancelEncodeAll')).toHaveLength(1);
    await press(page, 'Make Map');
    await page.evaluate('harness.host.map.encode(3000, 24000)');
    await section.getByText('3,000 images at step 24,000').waitFor();
    expect(await page.locator('.map-legend [data-key]').count()).toBe(11);
    expect(await page.locator('.map-corner').textContent()).toBe('');
  });

  test('an engine that ended takes the work with it: the next one is asked', async () => {
    const page = await open({ scenario: 'training' });
    await page.getByText('Encode every image').waitFor();
    await press(page, 'Make Map');
    await expect.poll(() => calls(page, 'encodeAll')).toHaveLength(1);
    await page.evaluate('harness.host.map.job = null');
    await expect.poll(() => calls(page, 'encodeAll')).toHaveLength(2);
  });

  test('a point by mouse: tip, card, file', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await openTable(page);
    const box = (await stage.boundingBox())!;
    const tip = page.locator('.map-tip:not([hidden])');
    let place: [number, number] | undefined;
    for (let x = 0.1; x < 0.9 && place === undefined; x += 0.01) {
      const at: [number, number] = [box.x + x * box.width, box.y + box.height / 2];
      await page.mouse.move(...at);
      if ((await tip.count()) > 0) place = at;
    }
    const id = (await tip.locator('.map-tip-name').textContent())!;
    await tip.locator('canvas:not([hidden])').waitFor();
    await page.mouse.click(...place!);
    await page.locator('.map-card h3').waitFor();
    expect(await page.locator('.map-card h3').textContent()).toBe(id.split('/').at(-1));
    expect(await calls(page, 'mapCards')).toEqual([{ ids: [id] }]);
    await page.mouse.dblclick(...place!);
    await expect.poll(() => calls(page, 'openMapImage')).toEqual([{ id }]);
    await press(page, 'Close');
    await expect.poll(() => page.locator('.map-card').count()).toBe(0);
  });

  test('by keyboard: from point to point, card, file, and what is said', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await stage.focus();
    await stage.press('ArrowRight');
    const said = page.locator('.map-said');
    await expect.poll(() => said.textContent()).toMatch(/\.png: .*training|validation|test/);
    const first = await said.textContent();
    await stage.press('ArrowRight');
    await expect.poll(() => said.textContent()).not.toBe(first);
    const id = (await said.textContent())!.split(':')[0]!;
    await stage.press('Enter');
    await expect.poll(() => calls(page, 'mapCards')).toEqual([{ ids: [id] }]);
    await stage.press('Control+Enter');
    await expect.poll(() => calls(page, 'openMapImage')).toEqual([{ id }]);
    expect(await stage.getAttribute('aria-label')).toContain('PC 1 (50 %) to the right');
  });

  test('switches of the legend hide points, from mouse and table too; only and all', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await openTable(page);
    const before = await drawing(stage);
    const toggle = page.locator('.map-legend [data-key="label:3"]');
    await toggle.click();
    expect(await toggle.getAttribute('aria-pressed')).toBe('false');
    await expect.poll(() => drawing(stage)).not.toBe(before);
    const labels = (): Promise<string[]> =>
      page.locator('.map-table tbody td:nth-child(2)').allTextContents();
    await expect.poll(labels).not.toContain('3');
    await page.locator('.map-legend li', { hasText: '5' }).first().hover();
    await page.getByLabel('Only 5', { exact: true }).click();
    await expect.poll(async () => [...new Set(await labels())]).toEqual(['5']);
    await page.locator('.map-all').click();
    await expect.poll(async () => new Set(await labels()).size).toBeGreaterThan(8);
  });

  test('axes and colours', async () => {
    const page = await open({ scenario: 'map' });
    const stage = await stageOf(page);
    await openTable(page);
    const drawn = new Set([await drawing(stage)]);
    const x = (): Promise<string | null> => tableRows(page).first().locator('td').nth(3).textContent();
    const before = await x();
    await choose(page, 'x', 'mean:7');
    await expect.poll(x).not.toBe(before);
    expect(await page.locator('.map-table thead').textContent()).toContain('Dimension 7');
    await choose(page, 'Colour', 'elbo');
    await page.locator('.map-scale').waitFor();
    expect(await page.locator('.map-legend').textContent()).toMatch(/ELBO≤ −1\d\d\.\d\dnats≥ −\d\d\.\d\d/);
    drawn.add(await drawing(stage));
    await choose(page, 'Colour', 'split');
    await expect.poll(() => page.locator('.map-legend [data-key]').count()).toBe(3);
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
    await page.locator('.map-card').waitFor();
    const name = await page.locator('.map-card h3').textContent();
    await openTable(page);
    // Written with the view's state, which waits a moment for a movement to end.
    await page.waitForTimeout(400);
    const rows = await tableRows(page).allTextContents();
    await page.reload();
    await page.locator('.map-card').waitFor();
    expect(await page.locator('.map-card h3').textContent()).toBe(name);
    expect(await page.getByLabel('Colour', { exact: true }).inputValue()).toBe('split');
    await openTable(page);
    expect(await tableRows(page).allTextContents()).toEqual(rows);
    expect(rows.join()).not.toContain('training');
  });

  test('VAE: Show on Map marks its images, and makes the map where there is none', async () => {
    const page = await open({ scenario: 'map' });
    await stageOf(page);
    await page.evaluate("harness.host.showOnMap(['4/00004.png', '7/00007.png', 'no/such.png'])");
    await page.locator('.map-card').waitFor();
    expect(await page.locator('.map-card h3').textContent()).toBe('00004.png');
    expect(await page.locator('.map-plot > .error-text').textContent()).toContain('1 of 3 images');
    const other = await open({ scenario: 'training' });
    await other.getByText('Encode every image').waitFor();
    await other.evaluate("harness.host.showOnMap(['4/00004.png'])");
    await expect.poll(() => calls(other, 'encodeAll')).toHaveLength(1);
    await other.evaluate('harness.host.map.encode(3000, 24000)');
    await other.locator('.map-card').waitFor();
  });

  test('after an update the same image is chosen, whatever its number is now', async () => {
    const page = await open({ scenario: 'map' });
    await stageOf(page);
    await page.evaluate("harness.host.showOnMap(['4/00004.png'])");
    await page.locator('.map-card').waitFor();
    await page.evaluate('harness.host.advance(500)');
    await press(page, 'Update');
    await page.evaluate('harness.host.map.encode(3000, 24500)');
    await page.getByText('3,000 images at step 24,500').waitFor();
    await expect
      .poll(() => calls(page, 'mapCards'))
      .toEqual([{ ids: ['4/00004.png'] }, { ids: ['4/00004.png'] }]);
    expect(await page.locator('.map-card h3').textContent()).toBe('00004.png');
  });

  test('without WebGL it is drawn all the same, and said', async () => {
    const page = await browser.open({ scenario: 'map', height: 1000, webgl: false });
    opened.push(page);
    const stage = await stageOf(page.page);
    await expect.poll(() => page.page.locator('.map-corner').textContent()).toBe('Drawn without WebGL');
    const before = await drawing(stage);
    await page.page.locator('.map-legend [data-key="label:3"]').click();
    await expect.poll(() => drawing(stage)).not.toBe(before);
  });

  test.each(['map', 'map-classes'])('%s needs no sideways scrolling at 300 pixels', async (scenario) => {
    const page = await open({ scenario, width: 300 });
    const stage = await stageOf(page);
    await stage.focus();
    await stage.press('ArrowRight');
    await stage.press('Enter');
    await page.locator('.map-card').waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(300);
  });
});
