import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import type { Window } from '../editor/window';
import { has, webviewFrames } from '../editor/webviews';
import { becomes, patience, until } from '../waiting/until';
import type { Story } from './context';

/** The newer run, which the window shows at first. */
async function runOfPictures(workspace: string): Promise<string> {
  const names = await readdir(join(workspace, '.vae', 'runs'));
  return names.find((name) => name.endsWith('-pictures'))!;
}

/** Another run than the current one. */
async function otherRun(workspace: string): Promise<string> {
  const names = await readdir(join(workspace, '.vae', 'runs'));
  return names.find((name) => name.endsWith('-digits'))!;
}

/** The page that shows this run. */
function pageOf(window: Window, run: string): Promise<Frame> {
  return until(`a page of ${run}`, async (attempt) => {
    for (const frame of webviewFrames(window.page)) {
      if (!(await has(frame, 'main.page'))) continue;
      if ((await frame.locator('.run-name').innerText({ timeout: patience(attempt) })).includes(run))
        return frame;
    }
    return null;
  });
}

export const runEditorStory: Story = {
  name: 'run editor: a run as an editor of its config.json, beside the panel of another',
  runs: ['pictures', 'digits'],
  steps: [
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
        await until('its map', () => frame.locator('.map-stage canvas:not(.map-ground)').first().isVisible());
        // Both at once, each with its run.
        await pageOf(window, current);
        await window.screenshot('run-editor');
      },
    },
    {
      name: 'run editor: a reloaded window has both again',
      async run({ window, workspace }) {
        await window.reload('vae.explorer', `${await otherRun(workspace)}/config.json`);
        await pageOf(window, await otherRun(workspace));
        await pageOf(window, await runOfPictures(workspace));
        await becomes(() => window.page.locator('.tab', { hasText: /^VAE:/ }).count(), 2);
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
  ],
};
