import type { Locator, Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { chromiumPath } from './browser.mjs';
import { asked, boxOf, drawing, openPage, usePages } from './pages';
import type { PageOptions } from './pages';
import { eventually } from '../support/eventually';

const open = (options: PageOptions): Promise<Page> =>
  openPage({ width: 1400, height: 900, scenario: 'cards', ...options });
const calls = async (page: Page, method: string): Promise<unknown[]> =>
  (await page.evaluate<{ method: string; params: unknown }[]>('harness.host.calls'))
    .filter((call) => call.method === method)
    .map(({ params }) => params);
const card = (page: Page): Locator => page.locator('.card');
const title = (page: Page): Promise<string | null> => page.locator('.card h3').textContent();
const press = (page: Page, part: string, label: string): Promise<void> =>
  page.locator(`${part} vscode-button:not([disabled])`, { hasText: label }).first().click();
const inTray = (page: Page): Promise<(string | null)[]> =>
  page
    .locator('.tray-image')
    .evaluateAll((nodes: { getAttribute(name: string): string | null }[]) =>
      nodes.map((node) => node.getAttribute('title')),
    );
/** Shows an image of the dataset, as a click on its point does. */
const show = (page: Page, id: string): Promise<void> => page.evaluate(`harness.host.showOnMap(['${id}'])`);
const HOSTILE = '<img src=x onerror="document.title=1">.png';
const LONG = 'a rather long file name that does not fit into one line of a card.png';

describe.skipIf(chromiumPath === null)('inspector and tray in Chromium', () => {
  usePages();

  test('what was encoded last is shown with its posterior, and a hostile file name is text', async () => {
    const page = await open({});
    await eventually(() => title(page)).toBe(HOSTILE);
    await eventually(() => page.locator('img').count()).toBe(0);
    await eventually(() => page.title()).toBe('explorer');
    await eventually(() => card(page).locator('.card-pictures canvas').count()).toBe(2);
    await eventually(() => card(page).locator('.terms').innerText()).toMatch(
      /ELBO\s+−84\.66 nats\s+reconstruction\s+−74\.33 nats\s+− KL\s+10\.32 nats/,
    );
    // The tray shows originals.
    const small = page.locator('.tray-image canvas').first();
    const [original, reconstruction] = [0, 1].map((i) => card(page).locator('.card-pictures canvas').nth(i));
    await eventually(async () => (await drawing(original!)) === (await drawing(small))).toBe(true);
    await eventually(async () => (await drawing(reconstruction!)) === (await drawing(small))).toBe(false);
    await eventually(async () => (await asked(page, 'neighbours')).at(-1)).toMatchObject({
      of: { uri: `file:///data/${encodeURIComponent(HOSTILE)}` },
    });
    await card(page).locator('.posterior-plot').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await eventually(() => page.locator('.posterior-text').textContent()).toContain('Dimension 1: mean');
    // The axes have names, and the order can be another.
    await eventually(() => page.locator('.posterior-axes').innerText()).toMatch(
      /z[\s\S]*2[\s\S]*0[\s\S]*−2[\s\S]*KL/,
    );
    await eventually(() => page.locator('.posterior-across').textContent()).toBe('dimensions');
    await page.locator('.card vscode-checkbox', { hasText: 'Sort by KL' }).locator('.control').click();
    await eventually(() => page.locator('.posterior-across').textContent()).toBe('dimensions by falling KL');
    await page.locator('.card summary').click();
    await eventually(() => page.locator('.card tbody tr').count()).toBe(20);
    await eventually(() => page.locator('.card tbody td').first().textContent()).toBe('4');
  });

  test('a file that could not be encoded says why, and can be opened and taken out', async () => {
    const page = await open({});
    await page.getByRole('option', { name: 'broken file.png, could not be encoded' }).click();
    await eventually(() => page.locator('.error-card').innerText()).toContain('the PNG ends after 512 bytes');
    await press(page, '.card', 'Open Image');
    await eventually(() => calls(page, 'openImage')).toEqual([{ uri: 'file:///data/broken%20file.png' }]);
    await press(page, '.card', 'Remove from Tray');
    await eventually(() => inTray(page)).toEqual([HOSTILE, 'seven-0042.png', LONG]);
    await eventually(() => page.locator('.error-card').innerText()).toContain('not among the encoded images');
    await page.getByRole('button', { name: 'Show no image' }).click();
    await eventually(() => page.locator('.pane-body .hint').innerText()).toContain(
      'Click an image on the map',
    );
  });

  test('an image of the dataset: opened, revealed, pinned; a neighbour takes its place', async () => {
    const page = await open({ scenario: 'map' });
    await eventually(() => page.locator('.tray-empty').textContent()).toContain('Pinned images and files');
    await page.locator('#tab-map').click();
    await show(page, '4/00004.png');
    await eventually(() => title(page)).toBe('00004.png');
    await eventually(() => card(page).innerText()).toContain('Rank 1,234 of 3,000 images by ELBO');
    const rank = card(page).getByTitle('1 has the highest bound');
    await eventually(() => rank.textContent()).toMatch(/by ELBO, encoded at step 24,000$/);
    await press(page, '.card', 'Open Image');
    await eventually(() => calls(page, 'openMapImage')).toEqual([{ id: '4/00004.png' }]);
    await press(page, '.card', 'Reveal');
    await eventually(() => calls(page, 'actOnImages')).toEqual([{ action: 'reveal', ids: ['4/00004.png'] }]);
    await press(page, '.card', 'Pin');
    await eventually(() => inTray(page)).toEqual(['00004.png']);
    await page.locator('.tray-image canvas').waitFor();
    await card(page).getByRole('button', { name: 'Show 3/00003.png, distance 0.90' }).click();
    await eventually(() => title(page)).toBe('00003.png');
    await eventually(async () => (await asked(page, 'neighbours')).at(-1)!['of']).toEqual({
      id: '3/00003.png',
    });
    await press(page, '.card', 'Pin');
    await eventually(() => inTray(page)).toEqual(['00003.png', '00004.png']);
    await page.locator('.tray-image canvas').nth(1).waitFor();
    const pictures = (): Promise<string[]> =>
      Promise.all([0, 1].map((i) => drawing(page.locator('.tray-image canvas').nth(i))));
    await eventually(async () => new Set(await pictures()).size).toBe(2);
    for (const i of [1, 0]) await page.locator('.tray-image').nth(i).locator('.tray-choose').click();
    await press(page, '.tray', 'Path');
    await eventually(() => calls(page, 'interpolateTray')).toEqual([
      { images: [{ id: '4/00004.png' }, { id: '3/00003.png' }] },
    ]);
    // Both survive a reload, and so does the image that is shown.
    await page.reload();
    await eventually(() => inTray(page)).toEqual(['00003.png', '00004.png']);
    await eventually(() => title(page)).toBe('00003.png');
    await press(page, '.card', 'Unpin');
    await eventually(() => inTray(page)).toEqual(['00004.png']);
  });

  test('an image that the dataset lacks says so, and nothing of another is under its name', async () => {
    const page = await open({ scenario: 'map' });
    await page.locator('#tab-map').click();
    await show(page, '4/00004.png');
    await eventually(() => title(page)).toBe('00004.png');
    await press(page, '.card', 'Pin');
    await page.evaluate(`harness.host.map.card = () => {
      throw Object.assign(new Error('the dataset has no such image'), { code: 'not-found' });
    }`);
    await card(page).getByRole('button', { name: 'Show 3/00003.png, distance 0.90' }).click();
    await eventually(() => page.locator('.error-card .error-text').textContent()).toContain('no such image');
    await eventually(() => title(page)).toBe('00003.png');
    await eventually(() => card(page).locator('canvas').count()).toBe(0);
  });

  test('nothing of the image before stays while the next one is asked about', async () => {
    const page = await open({ scenario: 'map' });
    await page.locator('#tab-map').click();
    await show(page, '4/00004.png');
    await eventually(() => card(page).innerText()).toContain('Rank 1,234');
    const next = card(page).getByRole('button', { name: 'Show 3/00003.png, distance 0.90' });
    await next.waitFor();
    await page.evaluate(`releases = ['mapRanks', 'neighbours'].map((method) => harness.host.hold(method))`);
    await next.click();
    await eventually(() => title(page)).toBe('00003.png');
    await eventually(() => card(page).locator('.card-pictures canvas').count()).toBe(2);
    await eventually(() => card(page).innerText()).not.toContain('Rank');
    await eventually(() => card(page).locator('.near-image').count()).toBe(0);
    await page.evaluate('releases.forEach((release) => release())');
    await eventually(() => card(page).innerText()).toContain('Rank 1,234');
    await card(page).locator('.near-image').first().waitFor();
  });

  test('the cross of an image takes it out of the tray; Tab leads to one image, the last that had the focus', async () => {
    const page = await open({});
    const stops = page.locator('.tray-image[tabindex="0"]');
    await eventually(() => stops.count()).toBe(1);
    await eventually(() => stops.getAttribute('title')).toBe(HOSTILE);
    await page.locator('.tray-image').nth(1).focus();
    await eventually(() => stops.getAttribute('title')).toBe('seven-0042.png');
    await eventually(() => stops.count()).toBe(1);
    await page.locator('.tray-image').nth(1).locator('.tray-remove').click();
    await eventually(() => inTray(page)).toEqual([HOSTILE, 'broken file.png', LONG]);
    await eventually(() => page.locator('.tray-image[aria-selected="true"]').count()).toBe(0);
  });

  test('tray by mouse: a click shows, a corner or Ctrl chooses, in an order that the path keeps', async () => {
    const page = await open({});
    const image = (name: string): Locator => page.locator(`.tray-image[title='${name}']`);
    await image('seven-0042.png').click();
    await eventually(() => title(page)).toBe('seven-0042.png');
    await eventually(() => image('seven-0042.png').getAttribute('aria-current')).toBe('true');
    await image(LONG).locator('.tray-choose').click();
    await eventually(() => title(page)).toBe('seven-0042.png');
    await eventually(() => page.locator('.tray-actions').innerText()).toMatch(/Around/);
    await image('seven-0042.png').click({ modifiers: ['Control'] });
    await image(HOSTILE).click({ modifiers: ['Shift'] });
    await eventually(() => image(HOSTILE).locator('.tray-choose').textContent()).toBe('3');
    await press(page, '.tray', 'Path');
    await eventually(() => calls(page, 'interpolateTray')).toEqual([
      {
        images: [
          { uri: `file:///data/${encodeURIComponent(LONG)}` },
          { uri: 'file:///data/seven-0042.png' },
          { uri: `file:///data/${encodeURIComponent(HOSTILE)}` },
        ],
      },
    ]);
    // What failed is shown, but cannot be chosen.
    await page.locator('.tray-image[title="broken file.png"]').click({ modifiers: ['Control'] });
    await eventually(() => page.locator('.error-card').count()).toBe(1);
    await eventually(() => page.locator('.tray-image[aria-selected="true"]').count()).toBe(3);
    await press(page, '.tray', 'Choose None');
    await eventually(() => page.locator('.tray-image[aria-selected="true"]').count()).toBe(0);
    await press(page, '.tray', 'Clear');
    await page.locator('.tray-empty').waitFor();
  });

  test('tray by keyboard: arrows walk, Enter shows, Space chooses, Delete takes out', async () => {
    const page = await open({});
    const focused = (): Promise<string> => page.evaluate('document.activeElement.getAttribute("title")');
    await page.locator('.tray-image').first().focus();
    await page.keyboard.press('ArrowRight');
    await eventually(focused).toBe('seven-0042.png');
    await page.keyboard.press('Enter');
    await eventually(() => title(page)).toBe('seven-0042.png');
    await page.keyboard.press(' ');
    await page.keyboard.press('End');
    await page.keyboard.press(' ');
    await eventually(() => page.getByRole('option', { name: `${LONG}, chosen as number 2` }).count()).toBe(1);
    await page.keyboard.press('Home');
    await eventually(focused).toBe(HOSTILE);
    await page.keyboard.press('Delete');
    await eventually(() => inTray(page)).toEqual(['seven-0042.png', 'broken file.png', LONG]);
    await eventually(focused).toBe('seven-0042.png');
  });

  test('one of the tray is explored around, three are an analogy or a plane, also of files and pinned images', async () => {
    const page = await open({ scenario: 'directions' });
    await page.locator('#tab-map').click();
    await show(page, '4/00004.png');
    await eventually(() => title(page)).toBe('00004.png');
    await press(page, '.card', 'Pin');
    await eventually(async () => (await inTray(page))[0]).toBe('00004.png');
    const choose = (index: number): Promise<void> =>
      page.locator('.tray-image').nth(index).locator('.tray-choose').click();
    // Another one is shown than the one that is explored around.
    await page.locator('.tray-image').nth(1).click();
    await eventually(() => title(page)).toBe(HOSTILE);
    await choose(0);
    await press(page, '.tray', 'Around');
    await eventually(() => page.getByLabel('Around').locator('option:checked').textContent()).toBe(
      '00004.png',
    );
    const around = async (): Promise<unknown> => (await asked(page, 'traverse')).at(-1)!['around'];
    await eventually(around).toHaveProperty('z');
    await choose(1);
    await choose(2);
    await page.setViewportSize({ width: 1400, height: 460 });
    await press(page, '.tray', 'Analogy');
    await eventually(async () => (await asked(page, 'analogy')).at(-1)).toMatchObject({
      b: { uri: `file:///data/${encodeURIComponent(HOSTILE)}` },
      c: { uri: 'file:///data/seven-0042.png' },
    });
    await eventually(async () => (await asked(page, 'analogy')).at(-1)!['a']).toHaveProperty('z');
    // It is the last part of its tab, and is scrolled to.
    const isInView = async (): Promise<boolean> => {
      const [stage, strip] = [
        await boxOf(page.locator('#stage')),
        await boxOf(page.locator('.analogy-strip')),
      ];
      return strip.y >= stage.y && strip.y + strip.height <= stage.y + stage.height;
    };
    await page.locator('.analogy-strip').waitFor();
    await eventually(isInView).toBe(true);
    await press(page, '.tray', 'Plane');
    await eventually(() => page.locator('.manifold > .what').textContent()).toContain(
      `A 00004.png, B ${HOSTILE}, C seven-0042.png`,
    );
  });

  test('what is encoded now is shown and comes first; a reload shows what was shown', async () => {
    const page = await open({});
    await page.getByRole('option', { name: 'seven-0042.png', exact: true }).click();
    await page.reload();
    await eventually(() => title(page)).toBe('seven-0042.png');
    await page.locator('.pane', { hasText: 'Here' }).click();
    await page.evaluate(
      `harness.host.encode([{ uri: 'file:///data/new.png', error: 'Not a picture.' }, ...harness.host.cards])`,
    );
    await eventually(() => title(page)).toBe('new.png');
    await eventually(async () => (await inTray(page))[0]).toBe('new.png');
  });

  test('nothing sticks out at 300 pixels, and the tray scrolls sideways', async () => {
    const page = await open({ width: 300, height: 700 });
    await page.locator('.tray-image').nth(3).waitFor();
    await page.locator('.tray-image').first().click();
    await card(page).waitFor();
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBe(300);
    const pane = 'document.querySelector(".pane-body")';
    await eventually(() => page.evaluate(`${pane}.scrollWidth - ${pane}.clientWidth`)).toBe(0);
    await eventually(async () => (await boxOf(page.locator('.tray'))).width).toBeLessThanOrEqual(300);
  });
});
