import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame } from 'playwright-core';
import type { Window } from '../editor/window';
import { has, webviewFrames } from '../editor/webviews';
import type { Test } from '../report';
import { until } from '../wait';
import type { Context } from './context';

/** The newest run that was trained on the folder of pictures; the window's current one by now. */
async function runOfPictures(workspace: string): Promise<string> {
  const names = await readdir(join(workspace, '.vae', 'runs'));
  return names
    .filter((name) => name.endsWith('-pictures'))
    .sort()
    .at(-1)!;
}

/** Another run than the current one. */
async function otherRun(workspace: string): Promise<string> {
  const names = await readdir(join(workspace, '.vae', 'runs'));
  return names.filter((name) => name.includes('-digits-')).sort()[0]!;
}

/** The page that shows this run. */
function pageOf(window: Window, run: string): Promise<Frame> {
  return until(`a page of ${run}`, async () => {
    for (const frame of webviewFrames(window.page)) {
      if (!(await has(frame, 'main.page'))) continue;
      if ((await frame.locator('.run-names').innerText({ timeout: 2000 })).includes(run)) return frame;
    }
    return null;
  });
}

export const runEditorTests: readonly Test<Context>[] = [
  {
    name: 'run editor: config.json in the file explorer opens its run, beside the panel of the current one',
    async run({ window, workspace }) {
      const [current, other] = [await runOfPictures(workspace), await otherRun(workspace)];
      await window.command('VAE: Open Explorer');
      await pageOf(window, current);
      await window.command('View: Split Editor Right');
      await window.command('View: Show Explorer');
      const file = await window.file(`.vae/runs/${other}/config.json`);
      await file.dblclick();
      const frame = await pageOf(window, other);
      await until('its curve', () => frame.locator('.chart canvas').first().isVisible());
      // Both at once, each with its run.
      await pageOf(window, current);
      await window.screenshot('run-editor');
    },
  },
  {
    name: 'run editor: a reloaded window has both again',
    async run({ window, workspace }) {
      // A window in a browser writes down every 5 s what is open.
      await sleep(7000);
      await window.reload();
      await pageOf(window, await otherRun(workspace));
      await pageOf(window, await runOfPictures(workspace));
      assert.equal(await window.page.locator('.tab', { hasText: /^VAE:/ }).count(), 2);
    },
  },
  {
    name: 'run editor: VAE, Open Explorer on the folder of a run makes it the current one',
    async run({ window, workspace }) {
      const other = await otherRun(workspace);
      await window.command('View: Close All Editors');
      await window.command('View: Show Explorer');
      await window.contextMenu(await window.file(`.vae/runs/${other}`), 'VAE', 'Open Explorer');
      await pageOf(window, other);
      await until('its name on the tab', () =>
        window.page.locator('.tab', { hasText: `VAE: ${other}` }).isVisible(),
      );
    },
  },
];
