/** Names that are markup, lines, marks of direction, or as long as a file system allows: they are text in the panel, as anywhere. */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainRequest } from '../../src/runs/config';
import { addTag } from '../../src/runs/tags';
import { writeImages } from '../cli/support';
import { chromiumPath } from '../panel/browser.mjs';
import { LiveEngines, liveExplorer, train } from '../panel/live';
import { openPage, usePages } from '../panel/pages';
import { eventually } from '../support/eventually';

const MARKUP = '<img src=x onerror="window.ran=1">';
const HOSTILE = `${MARKUP}\n\u202egnp\u2028\u200b\u001b[31m`;
/** What a person sees of it. */
const SHOWN = `${MARKUP}\\n\\u{202e}gnp\\u{2028}\\u{200b}\\u{1b}[31m`;

describe.skipIf(chromiumPath === null || process.platform === 'win32')('in the panel, in Chromium', () => {
  usePages();
  let folder = '';
  let run = '';
  const live = new LiveEngines();
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vae-names-'));
    process.env['XDG_STATE_HOME'] = join(folder, 'state');
    const data = join(folder, HOSTILE);
    for (const label of [`one ${HOSTILE}`, `other ${HOSTILE}`]) {
      const files = await writeImages(join(data, label), 40);
      for (const [i, file] of files.entries())
        await rename(file, join(data, label, `${i} ${i === 3 ? 'x'.repeat(249) : HOSTILE}.png`));
    }
    run = join(folder, `run ${HOSTILE}`);
    await mkdir(run);
    const request: TrainRequest = {
      source: { kind: 'folder', uri: pathToFileURL(data).href },
      ...{ preset: 'fast', seed: 3 },
      set: { hidden: '16', latent: '2', minibatch: '10', samples: '400', patience: '0' },
    };
    await train(run, request);
    const [first] = await readdir(join(data, `one ${HOSTILE}`));
    await addTag(run, `tag ${HOSTILE}`, [`one ${HOSTILE}/${first!}`]);
    await live.start(run);
  });
  afterAll(async () => {
    await live.end();
    await rm(folder, { recursive: true, force: true });
  });

  /** Everything that the page shows or reads out, in its shadow trees, too. */
  const shown = (page: Page): Promise<string[]> =>
    page.evaluate(`(() => {
      const texts = [];
      const visit = (node) => {
        if (node.nodeType === Node.TEXT_NODE && node.data.trim() !== '') texts.push(node.data);
        for (const name of ['title', 'aria-label', 'alt', 'placeholder', 'label'])
          if (node.getAttribute?.(name)) texts.push(node.getAttribute(name));
        if (node.shadowRoot) visit(node.shadowRoot);
        for (const child of node.childNodes) if (!/^(STYLE|SCRIPT)$/.test(child.nodeName)) visit(child);
      };
      visit(document.body);
      return texts;
    })()`);

  test('header, map, legend, table, card, choices and directions show them as text', async () => {
    const host = await liveExplorer(live, run);
    const page = await openPage({ scenario: 'live', attach: host.attach, width: 1400, height: 1000 });
    await page.locator('#tab-map').click();
    await page.locator('.map-stage').waitFor();
    await page.locator('.map-legend [data-key]').first().waitFor();
    await page.getByLabel('More of the map').click();
    await page.locator('vscode-checkbox', { hasText: 'Images in view as a table' }).click();
    await page.keyboard.press('Escape');
    await page.locator('.map-table tbody tr').first().waitFor();
    await page.locator('.map-stage').focus();
    for (const key of ['ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    const count = async (text: string): Promise<number> =>
      (await shown(page)).filter((each) => each.includes(text)).length;
    const allVisible = async (): Promise<void> => {
      for (const text of await shown(page)) expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    };
    await page.locator('#inspector .card').waitFor();
    // A row of the table each, and the card.
    await eventually(() => count(`${SHOWN}.png`)).toBeGreaterThan(10);
    for (const text of [`one ${SHOWN}`, `other ${SHOWN}`, `run ${SHOWN}`, 'x'.repeat(249)])
      await eventually(() => count(text)).toBeGreaterThan(0);
    await allVisible();
    await page.getByRole('tab', { name: 'Selection', exact: true }).click();
    await eventually(() => count(`tag ${SHOWN}`)).toBeGreaterThan(0);
    await allVisible();
    await page.locator('#tab-directions').click();
    await page.getByLabel('From', { exact: true }).waitFor();
    await eventually(() => count(`one ${SHOWN}`)).toBeGreaterThan(0);
    await allVisible();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.evaluate('window.ran')).toBeUndefined();
    expect(host.refused).toEqual([]);
  });
});
