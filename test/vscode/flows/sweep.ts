import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TargetFile } from '../../../src/cluster/target-file';
import { FakeDashboard } from '../../cluster/fake-dashboard';
import { becomes, until } from '../waiting/until';
import type { Story } from './context';

const SWEEPS = '.vae/sweeps';

/** A sweep from the palette to its page: asked, planned, trained in the background, shown in the tree, opened again. */
export const sweepStory: Story = {
  name: 'a sweep: values are asked for, it says what it takes, trains in the background and shows its trials',
  steps: [
    {
      name: 'VAE: Sweep: wrong values are refused in place, the list counts the trials, and one question says what it takes',
      async run({ window }) {
        await window.command('VAE: Sweep');
        await window.pick('Sample digits');
        await window.pick('fast');
        const rows = window.page.locator('.quick-input-list .monaco-list-row');
        const input = window.page.locator('.quick-input-widget input.input');
        const give = async (search: string, name: RegExp, value: string): Promise<void> => {
          // The list is where it was left, at the setting before.
          await rows.filter({ hasText: '(the preset has' }).first().waitFor();
          await input.fill(search);
          await becomes(() => rows.first().innerText(), name);
          await window.page.keyboard.press('Enter');
          await window.page.getByText('Several values are separated by commas').first().waitFor();
          await input.fill(value);
          await window.page.keyboard.press('Enter');
        };
        await rows.filter({ hasText: 'Plan the Sweep' }).first().waitFor();
        await input.fill('number of latent dimensions');
        await becomes(() => rows.first().innerText(), /^latent/);
        await window.page.keyboard.press('Enter');
        await window.page.getByText('Several values are separated by commas').first().waitFor();
        await input.fill('2,x');
        await window.page.getByText("got 'x', expected a whole number").first().waitFor();
        await input.fill('2,4');
        await window.page.keyboard.press('Enter');
        await give('units of the hidden layers', /^hidden/, '16');
        await give('training ends after this many images', /^samples/, '20000');
        await rows.filter({ hasText: '20000 (the preset has 1000000)' }).first().waitFor();
        await input.fill('Plan the Sweep');
        await rows.filter({ hasText: '2 trials' }).first().waitFor();
        await window.screenshot('sweep-settings');
        await rows.filter({ hasText: 'Plan the Sweep' }).first().click();
        const dialog = window.page.locator('.monaco-dialog-box');
        await becomes(
          () => dialog.innerText(),
          /Train 2 runs\?[^]*About .+ on this machine[^]*MB for checkpoints/,
        );
        await window.screenshot('sweep-question');
        await dialog.getByRole('button', { name: 'Train' }).click();
      },
    },
    {
      name: 'its page shows both trials as they finish, with their ranks and pictures of the best',
      async run({ window, workspace }) {
        const frame = await window.webview('main.sweep');
        await until('two ranked trials', async () => {
          const ranks = await frame.locator('table.trials tbody td:nth-child(2)').allInnerTexts();
          return ranks.join() === '1,2';
        });
        await becomes(() => frame.locator('.sweep-state').innerText(), /^Finished · 2 trials · 2 finished$/);
        await until('a notification', async () =>
          (await window.notifications()).some((text) =>
            /the sweep .* has finished\. Its best trial is [12], with/.test(text),
          ),
        );
        await until('pictures', async () => {
          await frame.locator('section', { hasText: 'Best trial' }).last().scrollIntoViewIfNeeded();
          return (await frame.locator('.best-pictures canvas').count()) === 3;
        });
        await window.screenshot('sweep');
        const [name] = await readdir(join(workspace, SWEEPS));
        const table = await readFile(join(workspace, SWEEPS, name!, 'trials.csv'), 'utf8');
        assert.equal(table.trim().split('\n').length, 3);
      },
    },
    {
      name: 'the runs tree has the sweep with its trials below it; selected trials are compared',
      async run({ window }) {
        await window.showRuns();
        const line = window.runs.filter({ hasText: '2 of 2 trials' }).first();
        await line.waitFor();
        await line.locator('.monaco-tl-twistie').click();
        const trials = window.runs.filter({ hasText: /-t[12]/ });
        await until('the trials', async () => (await trials.count()) === 2);
        await window.screenshot('sweep-tree');
        const frame = await window.webview('main.sweep');
        for (const number of [1, 2])
          await frame
            .locator('table.trials input')
            .nth(number - 1)
            .check();
        await frame.locator('vscode-button:not([disabled])', { hasText: 'Compare Selected' }).click();
        const compare = await window.webview('main.compare');
        await until('both', async () => (await compare.locator('.compare-legend tbody tr').count()) === 2);
      },
    },
    {
      name: 'on a cluster: it is a place of the list, what is sent is said, and the sweep is submitted and followed',
      async run({ window, sandbox }) {
        const dashboard = await FakeDashboard.start();
        try {
          const target = { name: 'lab', kind: 'ray', address: dashboard.address, cpus: 1, gpus: 0 } as const;
          await new TargetFile(join(sandbox.config, 'latent-explorer')).put({
            ...target,
            pip: [],
            storage: null,
          });
          await window.command('VAE: Sweep');
          await window.pick('Sample digits');
          await window.pick('fast');
          const rows = window.page.locator('.quick-input-list .monaco-list-row');
          const input = window.page.locator('.quick-input-widget input.input');
          await rows.filter({ hasText: 'Plan the Sweep' }).first().waitFor();
          await input.fill('number of latent dimensions');
          await becomes(() => rows.first().innerText(), /^latent/);
          await window.page.keyboard.press('Enter');
          await window.page.getByText('Several values are separated by commas').first().waitFor();
          await input.fill('2,4');
          await window.page.keyboard.press('Enter');
          await rows.filter({ hasText: 'the preset has' }).first().waitFor();
          await input.fill('as many trials at once as it has room for');
          await becomes(() => rows.first().innerText(), /^Place/);
          await window.page.keyboard.press('Enter');
          await rows.filter({ hasText: 'On This Machine' }).first().waitFor();
          await window.pick('lab');
          await rows.filter({ hasText: 'the preset has' }).first().waitFor();
          await input.fill('Plan the Sweep');
          await rows.filter({ hasText: '2 trials' }).first().click();
          const dialog = window.page.locator('.monaco-dialog-box');
          await becomes(
            () => dialog.innerText(),
            /Trials to train on lab: 2\. Train them\?[^]*To lab .* are sent[^]*the engine: [\d.]+ MB packed/,
          );
          await window.screenshot('sweep-on-cluster-question');
          await dialog.getByRole('button', { name: 'Send and Train' }).click();
          await until('the job, and who follows it', () =>
            Promise.resolve(
              [...dashboard.jobs.keys()].some(
                (id) => dashboard.asked.filter(({ path }) => path === `/api/jobs/${id}`).length > 1,
              ),
            ),
          );
          await window.showRuns();
          await window.runs.filter({ hasText: '0 of 2 trials' }).first().waitFor();
          // Ends who follows it.
          for (const job of dashboard.jobs.values()) job.status = 'FAILED';
          await until('its end', async () => {
            const line = await window.runs.filter({ hasText: '0 of 2 trials' }).first().innerText();
            return !line.includes('training');
          });
        } finally {
          await dashboard.close();
        }
      },
    },
  ],
};
