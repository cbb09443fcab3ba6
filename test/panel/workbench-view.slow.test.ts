import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/random/stream';
import { eventually } from '../support/eventually';
import { chromiumPath } from './browser.mjs';
import { openPage as open, usePages } from './pages';

const tab = (page: Page): Promise<string | null> => page.locator('.tab[aria-selected="true"]').textContent();
const pane = (page: Page): Promise<string | null> =>
  page.locator('.pane[aria-selected="true"]').textContent();
const focused = (page: Page): Promise<string> =>
  page.evaluate<string>('document.activeElement.id || document.activeElement.className');

describe.skipIf(chromiumPath === null)('workbench in Chromium', () => {
  usePages();

  test('is on Train while the run trains, on the map once it has ended, and where it was left after a reload', async () => {
    const training = await open({});
    await eventually(() => tab(training)).toBe('Train');
    const ended = await open({ scenario: 'finished' });
    await eventually(() => tab(ended)).toBe('Map');
    await ended.locator('#tab-samples').click();
    await ended.reload();
    await eventually(() => tab(ended)).toBe('Samples');
  });

  test('by keyboard: Ctrl and a digit choose a tab, arrows walk the tabs, F6 goes from region to region', async () => {
    const page = await open({});
    await eventually(() => tab(page)).toBe('Train');
    await page.keyboard.press('Control+3');
    await eventually(() => tab(page)).toBe('Dimensions');
    await page.locator('#tab-dimensions').focus();
    await page.keyboard.press('ArrowRight');
    await eventually(() => tab(page)).toBe('Directions');
    await page.keyboard.press('Home');
    await eventually(() => tab(page)).toBe('Train');
    await page.keyboard.press('F6');
    await eventually(() => focused(page)).toBe('run-header');
    await page.keyboard.press('F6');
    await eventually(() => focused(page)).toBe('stage');
    await page.keyboard.press('F6');
    await eventually(() => focused(page)).toBe('inspector');
    await page.keyboard.press('Shift+F6');
    await eventually(() => focused(page)).toBe('stage');
  });

  test('how a run ended is said of its state and among its facts, and takes no line of any tab', async () => {
    const page = await open({ scenario: 'finished' });
    const ended = 'all 2,400,000 samples are done';
    await eventually(() => page.locator('.run-header .state').getAttribute('title')).toBe(ended);
    for (const tab of ['train', 'map', 'samples']) {
      await page.locator(`#tab-${tab}`).click();
      await page.locator(`.tab-body.${tab} > *`).first().waitFor();
      await eventually(() => page.locator('.messages').textContent()).toBe('');
    }
    await page.getByRole('button', { name: 'About this run' }).click();
    await eventually(() => page.locator('.run-facts').textContent()).toContain(`How it ended${ended}`);
  });

  test('in a workspace that is not trusted, that no model is opened is said of a run without an engine alone', async () => {
    const page = await open({});
    const said = page.locator('.messages .notice', { hasText: 'This workspace is not trusted' });
    await page.evaluate('harness.host.isTrusted = false; harness.host.advance(2000)');
    // Of the same answer.
    await eventually(() => page.locator('.run-header').textContent()).toContain('26 %');
    await eventually(() => said.count()).toBe(0);
    const ended = await open({ scenario: 'finished' });
    await ended.evaluate('harness.host.isTrusted = false; harness.host.advance(0)');
    await ended.locator('.messages .notice', { hasText: 'This workspace is not trusted' }).waitFor();
  });

  test('the facts of a run name the files that were skipped', async () => {
    const page = await open({});
    await page.getByRole('button', { name: 'About this run' }).click();
    const facts = page.locator('.run-facts');
    await eventually(() => facts.textContent()).toContain('Images60,000 used, 1,203 skipped');
    const named = await facts
      .locator('dl > div', { has: page.locator('dt', { hasText: 'Skipped files' }) })
      .allTextContents();
    expect(named).toEqual([
      'Skipped files1,200: not an image (notes.txt, thumbs.db and 1,198 more)',
      'Skipped files3: cut off after 12 bytes (digits/7.png and 2 more)',
    ]);
    await eventually(() => facts.textContent()).not.toContain('How it ended');
  });

  test('a tab that nobody has opened is loaded beforehand, with the nonce of the page alone', async () => {
    const scripts: string[] = [];
    const attach = (page: Page): Promise<void> => {
      page.on('response', (answer) => void scripts.push(new URL(answer.url()).pathname));
      return Promise.resolve();
    };
    const page = await open({ scenario: 'finished', attach });
    await page.locator('section.map').waitFor();
    expect(scripts.filter((path) => /^\/explorer\/map-tab-\w+\.js$/.test(path))).toHaveLength(1);
    for (const tab of ['train', 'dimensions', 'directions', 'samples'])
      await eventually(() => scripts.some((path) => path.startsWith(`/explorer/${tab}-tab-`))).toBe(true);
    const before = scripts.length;
    await page.locator('#tab-samples').click();
    await page.locator('.manifold').waitFor();
    expect(scripts.slice(before).filter((path) => path.includes('-tab-'))).toEqual([]);
  });

  test('a tab whose script cannot be loaded says so, and the others can be used', async () => {
    const page = await open({
      scenario: 'finished',
      attach: async (page) => void (await page.route('**/explorer/samples-tab-*', (route) => route.abort())),
    });
    await page.locator('#tab-samples').click();
    const said = page.locator('#stage .error-text');
    await eventually(() => said.textContent()).toMatch(/could not be loaded: .*samples-tab.*open it again/);
    await page.locator('#tab-dimensions').click();
    await page.locator('#stage canvas').first().waitFor();
    await eventually(() => said.count()).toBe(0);
    // The browser reports the script that was refused.
    await page.close();
  });

  test('the header stays in view, and the page itself does not scroll', async () => {
    for (const [width, height] of [
      [1400, 900],
      [700, 600],
    ] as const) {
      const page = await open({ scenario: 'cards', width, height });
      await page.locator('.run-header').waitFor();
      const size = 'document.scrollingElement.scrollHeight <= window.innerHeight';
      await eventually(() => page.evaluate(size)).toBe(true);
      const wide = 'document.scrollingElement.scrollWidth <= window.innerWidth';
      await eventually(() => page.evaluate(wide)).toBe(true);
    }
  });

  test('narrow: the tabs are a list, the inspector is a sheet that Escape closes, and nothing is wider than the page', async () => {
    const page = await open({ scenario: 'cards', width: 300, height: 700 });
    await page.getByLabel('View', { exact: true }).selectOption('samples');
    await eventually(() => page.locator('#stage .tab-body').getAttribute('class')).toContain('samples');
    await page.locator('.inspector-opener').click();
    await page.locator('#inspector').waitFor();
    await page.keyboard.press('Escape');
    await eventually(() => page.locator('#inspector').count()).toBe(0);
    const wide = 'document.scrollingElement.scrollWidth <= window.innerWidth';
    await eventually(() => page.evaluate(wide)).toBe(true);
    const stage = (await page.locator('#stage').boundingBox())!;
    expect(stage.height).toBeGreaterThanOrEqual(0.54 * 700);
  });

  test('a command brings its result into view, and says what it is doing only if that takes time', async () => {
    const page = await open({ scenario: 'cards' });
    await eventually(() => tab(page)).toBe('Train');
    await page.evaluate(`harness.host.attend({ tab: 'directions', pane: 'selection' }, 'Making it…')`);
    await eventually(() => tab(page)).toBe('Directions');
    await eventually(() => pane(page)).toBe('Selection');
    await page.locator('.messages .busy', { hasText: 'Making it…' }).waitFor();
    await page.evaluate('harness.host.attend(null)');
    await page.locator('.messages .busy').waitFor({ state: 'detached' });
    await page.evaluate(`harness.host.attend({ tab: 'map', select: ['a.png', 'b.png'] })`);
    await eventually(() => tab(page)).toBe('Map');
  });

  test('the menu opens by keyboard, is walked with arrows, and gives the focus back', async () => {
    const page = await open({ scenario: 'finished' });
    const opener = page.getByLabel('More actions');
    await opener.focus();
    await page.keyboard.press('Enter');
    const items = page.getByRole('menuitem');
    await items.first().waitFor();
    await page.keyboard.press('End');
    await eventually(() => page.evaluate('document.activeElement.textContent')).toBe('Delete…');
    await page.keyboard.press('Escape');
    await eventually(() => items.count()).toBe(0);
    await eventually(() => page.evaluate('document.activeElement.ariaLabel')).toBe('More actions');
    await page.keyboard.press('Enter');
    await items.filter({ hasText: 'Delete…' }).click();
    await eventually(() => page.evaluate('harness.host.calls.at(-1)')).toEqual({
      method: 'actOnRun',
      params: { action: 'delete' },
    });
  });

  // Another seed is tried with VAE_SEED=N.
  test('whatever is switched when, everything on the page belongs to the run whose name stands above it', async () => {
    const seed = Number(process.env.VAE_SEED ?? 1);
    const draws = new RandomStream(seed, 'shuffle').uniforms(0, 400).values();
    const draw = (): number => draws.next().value!;
    const page = await open({ scenario: 'two-runs', width: 1400, height: 900 });
    await page.locator('.run-name').waitFor();
    await page.evaluate('harness.host.longest = 120');
    const tabs = ['train', 'map', 'dimensions', 'directions', 'samples'];
    for (let round = 0; round < 40; round++) {
      const roll = draw();
      if (roll < 0.4) await page.evaluate('harness.host.switch()');
      else if (roll < 0.75)
        await page.evaluate(`document.querySelector('#tab-${tabs[Math.floor(draw() * 5)]}')?.click()`);
      else if (roll < 0.85) await page.evaluate('harness.host.advance(100)');
      else await page.mouse.click(100 + draw() * 800, 150 + draw() * 600);
      await page.evaluate(`new Promise((resolve) => setTimeout(resolve, ${Math.floor(draw() * 150)}))`);
      const strange = await page.evaluate<string[]>(STRANGE);
      expect(strange, `seed ${seed}, round ${round}`).toEqual([]);
    }
  });
});

/** What on the page is not of the run whose name stands above it: pictures, names and bounds, by the marks of harness/two-runs.ts. */
const STRANGE = `(() => {
  const name = document.querySelector('.run-name')?.textContent ?? '';
  if (name === '') return [];
  const odd = name.startsWith('odd');
  const found = [];
  for (const canvas of document.querySelectorAll('canvas.picture')) {
    if (canvas.width === 0 || canvas.height === 0) continue;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] === 255 && data[i] % 2 !== (odd ? 1 : 0)) {
        found.push('picture ' + canvas.ariaLabel);
        break;
      }
  }
  const text = document.querySelector('main').innerText;
  if (text.includes(odd ? 'digits/' : 'sprites/')) found.push('a name');
  const bound = document.querySelector('.bound-value')?.textContent ?? '';
  if (bound !== '' && /^\\u22125,/.test(bound) !== odd) found.push('bound ' + bound);
  return found;
})()`;
