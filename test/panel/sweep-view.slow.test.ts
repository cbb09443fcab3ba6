/** The page of a sweep of real runs: lines, ranges, table, pictures, and what it asks the host to do. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { writeResults } from '../../src/sweeps/results';
import { result, sweepOf, writeSweepFolder } from '../sweeps/support';
import { eventually } from '../support/eventually';
import { chromiumPath } from './browser.mjs';
import { LiveEngines, liveSweep, train } from './live';
import { boxOf, drag, drawing, openPage, usePages } from './pages';
import type { PageOptions } from './pages';

const ranking = (logLikelihood: number) => ({ logLikelihood, standardError: 1.25, k: 20, images: 20 });
const TRIALS = [
  { run: 's-t1', values: { learningRate: '1e-3', latent: '2' } },
  { run: 's-t2', values: { learningRate: '1e-3', latent: '4' } },
  { run: 's-t3', values: { learningRate: '1e-2', latent: '2' } },
  { run: 's-t4', values: { learningRate: '1e-2', latent: '4' } },
];
const RESULTS = [
  result({ state: 'finished', best: -250, samples: 2000, seconds: 3, ranking: ranking(-240) }),
  result({ state: 'finished', best: -245, samples: 2000, seconds: 3, ranking: ranking(-230) }),
  result({ state: 'failed', reason: 'diverged: the bound was not finite after step 20', samples: 200 }),
  result(),
];

describe.skipIf(chromiumPath === null)('the page of a sweep in Chromium', () => {
  usePages();
  let folder: string;
  let sweep: string;
  let live: LiveEngines;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sweep-'));
    process.env['XDG_STATE_HOME'] = join(folder, 'state');
    for (const latent of ['2', '4'])
      await train(join(folder, 'runs', `s-t${latent === '2' ? 1 : 2}`), {
        ...{ source: { kind: 'digits', count: 200, seed: 1 }, preset: 'fast', seed: 3 },
        set: { hidden: '24', minibatch: '20', samples: '2000', patience: '0', latent },
      });
    sweep = await writeSweepFolder(folder, 's', sweepOf(TRIALS), RESULTS, 'stopped');
  });
  afterEach(() => live.end());
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function open(options: PageOptions = {}, trusted = true) {
    live = new LiveEngines();
    if (trusted) await live.start(join(folder, 'runs', 's-t2'));
    const host = liveSweep(live, sweep, trusted);
    const page = await openPage({ view: 'sweep', scenario: 'live', attach: host.attach, ...options });
    await page.locator('table.trials tbody tr').first().waitFor();
    return { page, host };
  }
  const runs = (page: Page): Promise<string[]> => page.locator('table.trials tbody th').allInnerTexts();
  const axis = (page: Page, name: string): Locator => page.locator(`[data-axis="${name}"]`);

  test('trials by rank, with the reason of a failure; each column sorts, and a click opens the run', async () => {
    const { page, host } = await open();
    await eventually(() => runs(page)).toEqual(['s-t2', 's-t1', 's-t3', 's-t4']);
    await eventually(() => page.locator('.reason').allInnerTexts()).toEqual([
      'diverged: the bound was not finite after step 20',
    ]);
    const head = page.locator('table.trials th', { hasText: 'learningRate' });
    await head.locator('button').click();
    await eventually(() => head.getAttribute('aria-sort')).toBe('ascending');
    await head.locator('button').click();
    await eventually(() => head.getAttribute('aria-sort')).toBe('descending');
    await eventually(() => runs(page)).toEqual(['s-t3', 's-t4', 's-t2', 's-t1']);
    await page.reload();
    await eventually(() => runs(page)).toEqual(['s-t3', 's-t4', 's-t2', 's-t1']);
    await page.locator('table.trials .link', { hasText: 's-t1' }).click();
    await eventually(() => Promise.resolve(host.executed.at(-1))).toEqual([
      'vae.openExplorer',
      { run: join(folder, 'runs', 's-t1') },
    ]);
    // It has not begun, so that there is nothing to open.
    await eventually(() =>
      page.locator('table.trials tbody tr', { hasText: 's-t4' }).locator('.link').count(),
    ).toBe(0);
  });

  test('the head of a column of numbers ends where they end', async () => {
    const { page } = await open();
    const aligned = await page.evaluate<[string[], string[]]>(`(() => {
      const [head, row] = ['thead tr', 'tbody tr'].map((part) =>
        Array.from(document.querySelector('table.trials ' + part).children, (cell) => getComputedStyle(cell).textAlign));
      return [head, row];
    })()`);
    expect(aligned[0]).toEqual(aligned[1]);
    expect(aligned[0]).toContain('right');
  });

  test('a range dragged on an axis, or set by keys, chooses trials; a click removes it', async () => {
    const { page } = await open();
    await eventually(() => page.locator('.lines path.line').count()).toBe(4);
    const area = axis(page, 'setting latent').locator('.brush-area');
    await drag(area, [0.5, 0.02], [0.5, 0.4]);
    await eventually(() => runs(page)).toEqual(['s-t2', 's-t4']);
    await eventually(() => page.locator('.others path').count()).toBe(2);
    await page.reload();
    await eventually(() => runs(page)).toEqual(['s-t2', 's-t4']);
    const box = await boxOf(area);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await eventually(() => runs(page)).toHaveLength(4);

    const from = page.getByRole('slider', { name: 'Validation bound, from' });
    await from.focus();
    await eventually(() => from.getAttribute('aria-valuetext')).toBe('\u2212250.00');
    await page.keyboard.press('ArrowUp');
    await eventually(() => runs(page)).toEqual(['s-t2']);
    await eventually(() => from.getAttribute('aria-valuetext')).toBe('\u2212245.00');
    await page.locator('vscode-button:not([disabled])', { hasText: 'Show All' }).click();
    await eventually(() => runs(page)).toHaveLength(4);
  });

  test('selected trials stand out and are compared; a line selects, too', async () => {
    const { page, host } = await open();
    const compare = page.locator('vscode-button', { hasText: 'Compare Selected' });
    await eventually(() => compare.getAttribute('disabled')).not.toBeNull();
    await page.getByLabel('Select s-t1').check();
    await page.locator('[data-trial="2"]').dispatchEvent('click');
    await eventually(() => page.locator('.line.selected').count()).toBe(2);
    await eventually(() => page.getByLabel('Select s-t2').isChecked()).toBe(true);
    await eventually(() => page.getByLabel('Select s-t4').isDisabled()).toBe(true);
    await eventually(() => compare.getAttribute('disabled')).toBeNull();
    await compare.click();
    await eventually(() => Promise.resolve(host.executed.at(-1))).toEqual([
      'vae.compareRuns',
      ['s-t1', 's-t2'].map((run) => join(folder, 'runs', run)),
    ]);
  });

  test('the best trial shows images under its model', async () => {
    const { page } = await open();
    const pictures = page.locator('.best-pictures canvas');
    await page.locator('section', { hasText: 'Best trial' }).last().scrollIntoViewIfNeeded();
    await eventually(() => pictures.count()).toBe(3);
    const drawn = await Promise.all([0, 1, 2].map((i) => drawing(pictures.nth(i))));
    expect(new Set(drawn).size).toBe(3);
  });

  test('a stopped sweep can be continued; what it has come to is shown as it changes', async () => {
    const { page, host } = await open();
    await page.locator('vscode-button:not([disabled])', { hasText: 'Continue' }).click();
    await eventually(() => Promise.resolve(host.executed.at(-1)?.[0])).toBe('vae.continueSweep');
    const trials = [
      ...RESULTS.slice(0, 3),
      result({ state: 'finished', best: -200, ranking: ranking(-190) }),
    ];
    await writeResults(sweep, { format: 'latent-explorer/sweep-results/1', ended: 'finished', trials });
    host.emit('changed', {});
    await eventually(() => runs(page)).toEqual(['s-t4', 's-t2', 's-t1', 's-t3']);
    await eventually(() => page.locator('vscode-button', { hasText: 'Continue' }).count()).toBe(0);
    await writeResults(sweep, {
      format: 'latent-explorer/sweep-results/1',
      ended: 'stopped',
      trials: RESULTS,
    });
  });

  test('without trust, figures are shown and no model is opened', async () => {
    const { page, host } = await open({}, false);
    await page.getByText('This workspace is not trusted').waitFor();
    await eventually(() => runs(page)).toHaveLength(4);
    await eventually(() => page.locator('.best-pictures').count()).toBe(0);
    expect(host.calls.filter(({ method }) => method === 'pictures')).toEqual([]);
  });

  test.each(['dark', 'light', 'high-contrast', 'high-contrast-light'])(
    'nothing sticks out at 300 pixels in the theme %s',
    async (theme) => {
      const { page } = await open({ width: 300, theme });
      await page.locator('.parallel svg').waitFor();
      await eventually(() => page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(300);
    },
  );
});
