import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath } from './browser.mjs';
import { openMap, selectedTitle, showPane, switchInMenu } from './map-pages';
import { boxOf, drag, usePages } from './pages';
import type { PageOptions } from './pages';
import { atRest } from './movement.mjs';
import { eventually } from '../support/eventually';

interface Probed {
  readonly key: string;
  readonly x: string;
  readonly y: string;
  readonly at: readonly [number, number];
}
/** Opens the map, beside the pane that shows the place under the mouse. */
const open = async (options: PageOptions): Promise<Page> => {
  const page = await openMap(options);
  await showPane(page, 'Here');
  return page;
};
const asked = async <T>(page: Page, method: string): Promise<T[]> => {
  const all: { method: string; params: T }[] = await page.evaluate('harness.host.asked');
  return all.filter((call) => call.method === method).map((call) => call.params);
};
const stageOf = async (page: Page): Promise<Locator> => {
  const stage = page.locator('.map-stage');
  await page.locator('.map-legend [data-key]').first().waitFor();
  return stage;
};
const inset = (page: Page): Locator => page.locator('.here');
/** Moves the mouse to a part of the stage. */
const moveTo = async (page: Page, stage: Locator, x: number, y: number): Promise<void> => {
  const box = await boxOf(stage);
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
};

describe.skipIf(chromiumPath === null)('decoding under the mouse, in Chromium', () => {
  usePages();

  test('a place is decoded with what is near, and said what it stands for', async () => {
    const page = await open({});
    const stage = await stageOf(page);
    await eventually(() => inset(page).innerText()).toContain('Move over the map');
    await moveTo(page, stage, 0.5, 0.5);
    await inset(page).locator('.near-image').first().waitFor();
    const [place] = await asked<Probed>(page, 'probe');
    expect(place).toMatchObject({ x: 'pc:0', y: 'pc:1', key: '24000-made-up' });
    expect(Math.hypot(...place!.at)).toBeLessThan(0.5);
    const text = (): Promise<string> => inset(page).innerText();
    await eventually(text).toContain('√20 = 4.47');
    await eventually(text).toContain('42 % of images');
    await eventually(text).toContain(
      'PC 1 across, PC 2 up; the other 18 components at the mean of all images',
    );
    await inset(page).getByRole('button', { name: 'Show 1/00001.png, distance 0.30' }).click();
    await eventually(() => page.locator('.card h3').textContent()).toBe('00001.png');
  });

  test('one question is under way at a time, and the last place is the one that is shown', async () => {
    const page = await open({});
    await stageOf(page);
    await page.evaluate(`(async () => {
      const stage = document.querySelector('.map-stage');
      const box = stage.getBoundingClientRect();
      const move = (x, y) => stage.dispatchEvent(
        new PointerEvent('pointermove', { clientX: box.x + x * box.width, clientY: box.y + y * box.height }));
      for (let i = 0; i <= 60; i++) {
        move(0.2 + i / 100, 0.5);
        move(0.2 + i / 100, 0.6);
        await new Promise((drawn) => requestAnimationFrame(drawn));
      }
      move(0.9, 0.1);
    })()`);
    await eventually(async () => (await asked<Probed>(page, 'probe')).at(-1)!.at[1]).toBeGreaterThan(1);
    await eventually(() => page.evaluate('harness.host.probes.outstanding')).toBe(1);
    // Never one for each movement, and not one for those that no frame has shown.
    const places = await asked<Probed>(page, 'probe');
    expect(places.length).toBeGreaterThan(1);
    expect(places.length).toBeLessThan(63);
  });

  test('a click beside the points holds the place; Escape lets go; the switch turns it off', async () => {
    const page = await open({});
    const stage = await stageOf(page);
    const box = await boxOf(stage);
    await stage.click({ position: { x: 8, y: box.height - 40 } });
    await atRest(page);
    const held = (await asked(page, 'probe')).length;
    await moveTo(page, stage, 0.6, 0.4);
    await atRest(page);
    await eventually(async () => (await asked(page, 'probe')).length).toBeLessThanOrEqual(held + 1);
    const still = (await asked(page, 'probe')).length;
    await page.keyboard.press('Escape');
    await moveTo(page, stage, 0.3, 0.4);
    await eventually(async () => (await asked(page, 'probe')).length).toBeGreaterThan(still);
    await switchInMenu(page, 'Decode');
    await atRest(page);
    const before = (await asked(page, 'probe')).length;
    await moveTo(page, stage, 0.7, 0.6);
    await atRest(page);
    await eventually(() => asked(page, 'probe')).toHaveLength(before);
    await page.reload();
    await moveTo(page, await stageOf(page), 0.7, 0.6);
    await atRest(page);
    await eventually(() => asked(page, 'probe')).toHaveLength(0);
  });

  test('two chosen dimensions, and the keyboard', async () => {
    const page = await open({});
    const stage = await stageOf(page);
    await page.getByLabel('Layout', { exact: true }).selectOption('columns');
    await page.getByLabel('x', { exact: true }).selectOption('mean:3');
    await page.getByLabel('y', { exact: true }).selectOption('mean:0');
    await page.getByText('Across: Dimension 3. Up: Dimension 0.').waitFor();
    await stage.focus();
    await stage.press('ArrowRight');
    await inset(page).locator('.near-image').first().waitFor();
    await eventually(() => inset(page).innerText()).toContain(
      'z3 across, z0 up; the other 18 dimensions at the mean of all images',
    );
  });

  test('a line on the map is a path: two points where it is straight, more where it is bent', async () => {
    const page = await open({});
    const stage = await stageOf(page);
    await page.locator('.segment', { hasText: 'Line' }).click();
    await drag(stage, [0.2, 0.5], [0.8, 0.5]);
    await drag(stage, [0.2, 0.3], [0.5, 0.7], [0.8, 0.3]);
    const lines = await eventually(() => asked(page, 'interpolateLine'))
      .toHaveLength(2)
      .then(() => asked<Probed & { places: number[]; note: string }>(page, 'interpolateLine'));
    const [straight, bent] = lines;
    expect(straight).toMatchObject({ key: '24000-made-up', x: 'pc:0', y: 'pc:1' });
    expect(straight!.places).toHaveLength(4);
    expect(straight!.places[1]).toBeCloseTo(straight!.places[3]!, 2);
    expect(straight!.places[2]).toBeGreaterThan(straight!.places[0]!);
    expect(straight!.note).toContain('the other 18 components at the mean of all images');
    expect(bent!.places).toHaveLength(26);
    const steps = Array.from({ length: 12 }, (_, i) =>
      Math.hypot(
        bent!.places[2 * i + 2]! - bent!.places[2 * i]!,
        bent!.places[2 * i + 3]! - bent!.places[2 * i + 1]!,
      ),
    );
    // Equal along the line: shorter only across its corner.
    expect(Math.max(...steps) / [...steps].sort((a, b) => a - b)[2]!).toBeLessThan(1.05);
    await showPane(page, 'Selection');
    await eventually(() => selectedTitle(page).textContent()).toBe('All 3,000 images');
  });

  test('two selected images interpolate', async () => {
    const page = await open({});
    const stage = await stageOf(page);
    await stage.focus();
    for (const key of ['ArrowRight', ' ', 'ArrowRight', ' ']) await stage.press(key);
    await showPane(page, 'Selection');
    await page.locator('.map-selection vscode-button:not([disabled])', { hasText: 'Interpolate' }).click();
    await eventually(async () =>
      (await asked<{ ids: string[] }>(page, 'interpolateImages')).map(({ ids }) => ids.length),
    ).toEqual([2]);
  });

  test('a slider leads off the plane, towards the images around a place', async () => {
    const page = await open({});
    const stage = await stageOf(page);
    const box = await boxOf(stage);
    await stage.click({ position: { x: box.width / 2, y: box.height / 2 } });
    await inset(page).locator('.near-image').first().waitFor();
    await page.getByLabel('Off the plane').fill('0.5');
    await eventually(async () => (await asked<object>(page, 'probe')).at(-1)).toMatchObject({
      off: { towards: { nearest: 8 }, t: 0.5 },
    });
    await eventually(() => inset(page).innerText()).toContain(
      'then 50 % of the way to the mean of the 8 images nearest on the map',
    );
    await page.getByLabel('Off the plane').fill('0');
    await eventually(async () => Object.keys((await asked<object>(page, 'probe')).at(-1)!)).not.toContain(
      'off',
    );
  });
});
