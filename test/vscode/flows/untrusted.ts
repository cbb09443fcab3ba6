import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Explorer } from '../editor/explorer';
import { becomes, patience, until } from '../waiting/until';
import type { Story } from './context';

/** In Restricted Mode, on a workspace with runs: they can be looked at, and no engine is started. */
export const untrustedStory: Story = {
  name: 'untrusted workspace: runs are looked at and compared, nothing is trained, and no engine is started',
  trusted: false,
  runs: ['pictures', 'digits'],
  steps: [
    {
      name: 'untrusted workspace: an ended run can be looked at, and no engine is started for it',
      async run({ window, sandbox }) {
        await window.command('VAE: Open Explorer');
        await window.showRuns();
        const stopped = window.runs.filter({ hasText: 'digits' }).filter({ hasText: 'stopped' }).first();
        const explorer = await until('the stopped run in the panel', async (attempt) => {
          await stopped.click();
          const panel = await Explorer.of(window);
          const name = panel.frame.locator('.run-name', { hasText: 'digits' });
          return name.waitFor({ timeout: patience(attempt, 3000) }).then(() => panel);
        });
        await explorer.curve();
        await explorer.reaches('Stopped');
        await explorer.frame.locator('.notice', { hasText: 'not trusted' }).waitFor();
        const map = await explorer.tab('map');
        await map.getByText('not opened in a workspace that is not trusted').waitFor();
        await becomes(() => map.getByText('Resume Training').isVisible(), false);
        const endpoints = await readdir(sandbox.endpoints).catch(() => []);
        assert.deepEqual(endpoints, []);
        await window.screenshot('untrusted');
      },
    },
    {
      name: 'untrusted workspace: training is refused with a word why',
      async run({ window, workspace }) {
        const runs = join(workspace, '.vae', 'runs');
        const before = await readdir(runs);
        const explorer = await Explorer.of(window);
        await explorer.button('Resume').click();
        await until('a message', async () =>
          (await window.notifications()).some((text) => text.includes('not trusted')),
        );
        await window.screenshot('untrusted-refused');
        const after = await readdir(runs);
        assert.deepEqual(after, before);
        await becomes(() => explorer.state, 'Stopped');
      },
    },
    {
      name: 'untrusted workspace: runs are compared by curves and settings, and no engine is started',
      async run({ window, sandbox }) {
        await window.command('VAE: Compare Runs');
        const picks = window.page.locator('.quick-input-list .monaco-list-row');
        await picks.nth(1).waitFor();
        for (const i of [0, 1]) await picks.nth(i).click();
        await window.page.keyboard.press('Enter');
        const frame = await window.webview('main.compare');
        await frame.locator('.notice', { hasText: 'not trusted' }).waitFor();
        await frame.locator('section[aria-label=Settings] tbody tr').first().waitFor();
        await becomes(() => frame.locator('.compare-images').isVisible(), false);
        const endpoints = await readdir(sandbox.endpoints).catch(() => []);
        assert.deepEqual(endpoints, []);
        await window.screenshot('untrusted-compare');
      },
    },
  ],
};
