import type { Page } from 'playwright-core';
import { describe, test } from 'vitest';
import { chromiumPath } from './browser.mjs';
import { asked, drawing, openPage, usePages } from './pages';
import type { PageOptions } from './pages';
import { eventually } from '../support/eventually';

const open = async (options: PageOptions = {}): Promise<Page> => {
  const page = await openPage({ scenario: 'directions', width: 1400, height: 900, ...options });
  if ((options.width ?? 1400) < 700)
    await page.getByLabel('View', { exact: true }).selectOption('directions');
  else await page.locator('#tab-directions').click();
  await page.locator('.directions-view .direction-maker select').first().waitFor();
  return page;
};
const press = (page: Page, label: string): Promise<void> =>
  page.locator('.directions-view vscode-button:not([disabled])', { hasText: label }).first().click();
const choose = async (page: Page, from: string, to?: string): Promise<void> => {
  await page.getByLabel('From', { exact: true }).selectOption(from);
  if (to !== undefined) await page.getByLabel('To', { exact: true }).selectOption(to);
};
const make = async (page: Page, from: string, to?: string): Promise<void> => {
  await choose(page, from, to);
  await press(page, 'Make Direction');
  await page.locator('.direction-mover .frame-strip .frame').first().waitFor();
};

describe.skipIf(chromiumPath === null)('directions in Chromium', () => {
  usePages();

  test('the classes that it moves, once a classifier is attached', async () => {
    const page = await open();
    await make(page, 'label:3', 'label:8');
    const effect = page.locator('.class-effect');
    await eventually(() => effect.count()).toBe(0);
    const plot = page.locator('.direction-way .row-classes [role=img]');
    await eventually(() => plot.count()).toBe(0);
    await page.evaluate('harness.host.classifier.attach()');
    await effect.waitFor();
    await plot.waitFor();
    await eventually(() => asked(page, 'classifyPoints')).toMatchObject([{ count: 9, most: 6 }]);
    // The first class is the more probable, the larger the first number is, which grows along this direction.
    await eventually(() => plot.getAttribute('aria-label')).toBe(
      'Probabilities of classes along the direction: round 2.1 % to 98 %, straight 98 % to 1.5 %',
    );
    const legend = page.locator('.direction-way .class-legend li');
    await page.getByLabel('Place along the direction').fill('1.5');
    await eventually(() => legend.allTextContents()).toEqual(['round 98 %', 'straight 1.5 %']);
    await press(page, 'Measure Classes');
    await eventually(() => effect.locator('tbody tr').allTextContents()).toEqual([
      '<b>other\u221225 %6.3 %',
      'round+13 %–',
    ]);
    await eventually(() => asked(page, 'directionEffect')).toEqual([{ images: 200, most: 8, length: 20 }]);
  });

  test('between two labels: its score in words and numbers, and a slider that decodes while it moves', async () => {
    const page = await open();
    const section = page.locator('.directions-view');
    await make(page, 'label:3', 'label:8');
    await eventually(() => asked(page, 'makeDirection')).toEqual([
      { a: { label: '3' }, b: { label: '8' }, seed: 0 },
    ]);
    const body = section.locator('.direction-body');
    await eventually(() => body.textContent()).toContain(
      'It holds on images that it was not fitted on: they are clearly separated, by 2.41 standard',
    );
    const cells = body.locator('tbody tr').nth(1).locator('td');
    await eventually(() => cells.allTextContents()).toEqual(['2.41', '0.02', '0.27']);
    await eventually(() => body.locator('.direction-ends').textContent()).toBe(
      '0: mean of label 31: mean of label 8',
    );
    await eventually(() => body.locator('.frame-strip .frame').count()).toBe(9);

    // The inspector's image starts where it lies itself; the origin can be moved instead.
    await eventually(async () => (await asked(page, 'along')).at(-1)!['around']).toHaveProperty('uri');
    await page.getByLabel('Move', { exact: true }).selectOption('origin');
    await eventually(async () => (await asked(page, 'along')).at(-1)!['around']).toBeNull();

    const slider = page.getByLabel('Place along the direction');
    const picture = body.locator('.picture.big');
    const before = await drawing(picture);
    await slider.fill('1.5');
    await eventually(() => drawing(picture)).not.toBe(before);
    // From the origin, which lies at 0.4 or so, to 1.5 along (2, 0.5, 0, ...).
    const own = (1 * 2 - 0.1 * 0.5) / (4 + 0.25);
    const z = async (i: number): Promise<number> =>
      ((await asked(page, 'decode')).at(-1)!['z'] as number[])[i]!;
    await eventually(() => z(0)).toBeCloseTo((1.5 - own) * 2, 5);
    await eventually(() => z(1)).toBeCloseTo((1.5 - own) * 0.5, 5);
    await eventually(() => z(2)).toBe(0);
    await eventually(() => body.locator('.stage-text').textContent()).toContain(
      `The image itself is at ${own.toFixed(2)}`,
    );

    await body.locator('.frame-strip .frame').nth(2).click();
    await eventually(() => slider.inputValue()).toBe('0');
    await eventually(() => body.locator('.frame-strip .nearest').count()).toBe(1);
  });

  test('what chance does as well, too few images and principal components are said in words', async () => {
    const page = await open();
    const verdict = page.locator('.direction-body > p').first();
    await make(page, 'label:3', 'rest');
    await eventually(() => verdict.textContent()).toContain('No better than chance');
    await make(page, 'pc:1');
    await eventually(() => verdict.textContent()).toContain('A principal component cannot be scored');
    await eventually(async () => (await asked(page, 'makeDirection')).at(-1)).toEqual({ component: 1 });
    await eventually(() => page.getByLabel('To', { exact: true }).isVisible()).toBe(false);
    await eventually(() => page.locator('.direction-ends').textContent()).toContain(
      'one standard deviation below',
    );
  });

  test('an answer with older tags that comes late does not replace the newer ones', async () => {
    const page = await open();
    const from = page.getByLabel('From', { exact: true });
    const tagged = (name: string): Promise<unknown> =>
      page.evaluate(`harness.host.map.tags = [{ name: '${name}', ids: ['1/00001.png'] }]`);
    const hold = (name: string): Promise<unknown> =>
      page.evaluate(`void (globalThis.${name} = harness.host.map.holdTags())`);
    await tagged('old');
    await hold('releaseOld');
    await from.focus();
    await tagged('new');
    await hold('releaseNew');
    await page.getByLabel('To', { exact: true }).focus();
    await page.evaluate('releaseNew()');
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
    await page.evaluate('releaseOld()');
    await eventually(() => from.locator('option[value="tag:new"]').count()).toBe(1);
    await page.evaluate('new Promise((resolve) => setTimeout(resolve, 100))');
    await eventually(() => from.locator('option[value="tag:old"]').count()).toBe(0);
    await eventually(() => from.locator('option[value="tag:new"]').count()).toBe(1);
  });

  test('the selection and tags are sets, and stay what they were when something else is selected', async () => {
    const page = await open();
    const ids = ['1/00001.png', '2/00002.png'];
    const select = (selected: readonly string[]): Promise<void> =>
      page.evaluate(`harness.host.attend({ select: ${JSON.stringify(selected)} })`);
    const from = page.getByLabel('From', { exact: true });
    await page.evaluate(`harness.host.map.tags = [{ name: 'odd', ids: ${JSON.stringify(ids)} }]`);
    // Tags are read when the form gets the focus.
    await from.focus();
    await eventually(() => from.locator('option[value="tag:odd"]').textContent()).toBe('odd (2)');
    await select([ids[0]!]);
    // Nothing was chosen yet: it begins from the selection.
    await eventually(() => from.locator('option:checked').textContent()).toBe('The selection (1)');
    await page.getByLabel('To', { exact: true }).selectOption('label:8');
    await press(page, 'Make Direction');
    await eventually(async () => (await asked(page, 'makeDirection')).at(-1)).toMatchObject({
      a: { ids: [ids[0]] },
      b: { label: '8' },
    });
    await eventually(() => page.locator('.direction-body > p').first().textContent()).toContain('Too few');
    await select(['3/00003.png', '4/00004.png']);
    await eventually(() => from.locator('option:checked').textContent()).toBe(
      '1 image from an earlier selection',
    );
    await press(page, 'Make Direction');
    await eventually(async () => (await asked(page, 'makeDirection')).length).toBe(2);
    await eventually(async () => (await asked(page, 'makeDirection')).at(-1)).toMatchObject({
      a: { ids: [ids[0]] },
    });
    await choose(page, 'selection');
    await press(page, 'Make Direction');
    await eventually(async () => (await asked(page, 'makeDirection')).at(-1)).toMatchObject({
      a: { ids: ['3/00003.png', '4/00004.png'] },
    });
  });

  test('a name typed at once is kept', async () => {
    const page = await open();
    // The moment that the field is in the page, before anything else runs.
    await page.evaluate(`new MutationObserver((_, observer) => {
      const field = document.querySelector('.direction-name');
      if (field === null) return;
      observer.disconnect();
      field.value = 'typed';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }).observe(document.body, { subtree: true, childList: true })`);
    await make(page, 'label:3', 'label:8');
    await page.locator('.direction-worth vscode-button:not([disabled])', { hasText: 'Save' }).click();
    await eventually(() => asked(page, 'saveDirection')).toMatchObject([{ name: 'typed' }]);
  });

  test('saved under a name, shown again after a reload, opened and deleted', async () => {
    const page = await open();
    const section = page.locator('.directions-view');
    await make(page, 'label:3', 'label:8');
    const name = section.getByLabel('Name', { exact: true });
    await eventually(() => name.inputValue()).toBe('label 3 \u2192 label 8');
    await name.fill('slant');
    await page.locator('.direction-worth vscode-button:not([disabled])', { hasText: 'Save' }).click();
    const list = section.locator('.saved-directions');
    await eventually(() => list.locator('li').count()).toBe(1);
    await eventually(() => asked(page, 'saveDirection')).toEqual([
      { name: 'slant', from: 'label 3', to: 'label 8', counts: [300, 310] },
    ]);
    await eventually(() => list.textContent()).toContain('label 3 \u2192 label 8; d 2.41');
    await eventually(() => section.locator('.direction-body h3').textContent()).toBe('slant');
    await eventually(() => name.isVisible()).toBe(false);
    await make(page, 'label:4', 'label:8');
    await name.fill('slant');
    await page.locator('.direction-worth vscode-button:not([disabled])', { hasText: 'Save' }).click();
    await eventually(() => section.locator('> .error-text').textContent()).toContain("'slant' already");
    await list.getByRole('button', { name: 'Open slant' }).click();
    await eventually(() => asked(page, 'openDirection')).toEqual([{ file: 'slant.json' }]);
    await list.getByRole('button', { name: 'slant', exact: true }).click();
    await eventually(() => section.locator('.direction-body h3').textContent()).toBe('slant');
    await list.getByRole('button', { name: 'Delete slant' }).click();
    await eventually(() => list.isVisible()).toBe(false);
    await eventually(() => section.locator('.direction-body').isVisible()).toBe(false);
  });

  test('one of other dimensions is refused, one of other weights warned of', async () => {
    const page = await open();
    const section = page.locator('.directions-view');
    await page.evaluate(`harness.host.directions.keep('small', 10, '20250101-120000-digits', 24000)`);
    await page.evaluate(`harness.host.directions.keep('foreign', 20, '20240101-000000-faces', 500)`);
    await page.evaluate(`harness.host.directions.keep('early', 20, '20250101-120000-digits', 500)`);
    const list = section.locator('.saved-directions');
    await eventually(() => list.locator('li').count()).toBe(3);
    await eventually(() => list.getByRole('button', { name: 'small', exact: true }).isDisabled()).toBe(true);
    await eventually(() => list.textContent()).toContain('Made with 10 latent dimensions; this run has 20.');
    const warning = section.locator('.notice.warning');
    await list.getByRole('button', { name: 'foreign', exact: true }).click();
    await eventually(() => warning.textContent()).toContain('Made with another run, 20240101-000000-faces');
    await list.getByRole('button', { name: 'early', exact: true }).click();
    await eventually(() => warning.textContent()).toContain(
      'Made at step 500, but these weights are from step 24,000',
    );
  });

  test('an analogy of three images, with the result; other images give another', async () => {
    const page = await open();
    const view = page.locator('.analogy');
    await eventually(() => view.locator('.analogy-strip').isVisible()).toBe(true);
    const result = view.locator('canvas').nth(3);
    await eventually(() => view.locator('figcaption').last().textContent()).toBe('D the result');
    const before = await drawing(result);
    await view.locator('select').nth(2).selectOption({ label: 'seven-0042.png' });
    await eventually(() => drawing(result)).not.toBe(before);
    const uri = 'file:///data/seven-0042.png';
    await eventually(async () => (await asked(page, 'analogy')).at(-1)).toMatchObject({ c: { uri } });
    await page.evaluate('harness.host.encode([])');
    await eventually(() => view.textContent()).toContain('Put three images into the tray');
    await eventually(() => view.locator('.analogy-strip').isVisible()).toBe(false);
  });

  test('how the selection varies: its components, a place to pin, and a direction', async () => {
    const page = await open();
    const spread = page.locator('.spread');
    await eventually(() => spread.textContent()).toContain('Select two or more images');
    await page.evaluate(`harness.host.attend({ select: ['1/00001.png', '2/00002.png', '3/00003.png'] })`);
    await press(page, 'Find Components');
    await eventually(() => spread.locator('.frame').count()).toBe(4 * 5);
    await eventually(() => spread.textContent()).toContain('Of 3 images; from two standard deviations');
    await eventually(() => spread.locator('li').first().innerText()).toContain(
      '50 % of the variance, s.d. 1.00',
    );
    // The fourth of the second row: one standard deviation of a half along z1.
    await spread.locator('li').nth(1).locator('.frame').nth(3).click();
    const place = async (): Promise<number[]> => (await asked(page, 'probe')).at(-1)!['z'] as number[];
    await eventually(async () => (await place()).slice(0, 3)).toEqual([0, 0.5, 0]);
    await eventually(() => page.locator('.here').innerText()).toContain('1.00 s.d. along component 2');
    await spread.locator('li').nth(1).locator('vscode-button:not([disabled])').click();
    await eventually(() => page.locator('.direction-body h3').textContent()).toBe(
      'principal component 2 of 3 images',
    );
    await eventually(() => page.locator('.direction-ends').textContent()).toContain(
      'one standard deviation below',
    );
    await page.evaluate(`harness.host.attend({ select: ['1/00001.png'] })`);
    await eventually(() => spread.textContent()).toContain('Of 3 images that were selected earlier');
  });

  test('what a command asks for is shown', async () => {
    const page = await open();
    await page.evaluate(`harness.host.directions.keep('thin', 20, '20250101-120000-digits', 24000)`);
    await page.locator('#tab-map').click();
    await page.evaluate(`harness.host.directions.show({ file: 'thin.json' })`);
    await eventually(() => page.locator('.direction-body h3').textContent()).toBe('thin');
    await page.reload();
    await page.evaluate(`harness.host.directions.keep('thin', 20, '20250101-120000-digits', 24000)`);
    await eventually(() => page.locator('.direction-body h3').textContent()).toBe('thin');
  });

  test('without a map it says so, and makes one', async () => {
    const page = await openPage({ scenario: 'cards' });
    const section = page.locator('.directions-view');
    await page.locator('#tab-directions').click();
    await eventually(() => section.textContent()).toContain('made of the images on the map');
    await eventually(() => section.locator('.direction-maker').isVisible()).toBe(false);
    await press(page, 'Make Map');
    await eventually(() => page.evaluate<{ method: string }[]>('harness.host.calls')).toContainEqual({
      method: 'encodeAll',
      params: {},
    });
  });

  test('nothing sticks out at 300 pixels', async () => {
    const page = await open({ width: 300 });
    await make(page, 'label:3', 'label:8');
    await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBe(300);
    const stage = 'document.getElementById("stage")';
    await eventually(() => page.evaluate(`${stage}.scrollWidth - ${stage}.clientWidth`)).toBe(0);
  });
});
