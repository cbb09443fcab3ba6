import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { isNativePresent } from '../../../src/setup/locations.mjs';
import { Explorer } from '../editor/explorer';
import { patience, until } from '../waiting/until';
import type { Step, Story } from './context';
import { enginesOf } from './engines';

/** Stopping and going on, of the run that trains in this window. */
export const stopAndResume: Step = {
  name: 'Stop and Resume in the panel, then VAE: Stop from the palette',
  async run({ window }) {
    const explorer = await Explorer.show(window);
    await explorer.button('Stop').click();
    await explorer.reaches('Stopped');
    const samples = await explorer.samples();
    await window.screenshot('stopped');
    await explorer.button('Resume').click();
    await explorer.reaches('Training');
    await explorer.later(samples);
    await window.command('VAE: Stop');
    await explorer.reaches('Stopped');
  },
};

/** Of the run that trains in this window. */
export const killedAndResumed: Step = {
  name: 'an engine that is killed while it trains is replaced by itself, which is said, and the curve goes on',
  async run({ window, workspace }) {
    const explorer = await Explorer.show(window);
    const samples = await explorer.samples();
    const engines = await enginesOf(workspace);
    assert(engines.length > 0, 'no engine trains');
    for (const pid of engines) process.kill(pid, 'SIGKILL');
    const said = await until('the notification', async () =>
      (await window.notifications()).find((text) => text.includes('goes on from its last checkpoint')),
    );
    await explorer.reaches('Training');
    await explorer.later(samples);
    return said;
  },
};

export const terminalStory: Story = {
  name: 'a run of `vae train` in a terminal is seen in the tree and can be stopped there',
  steps: [
    {
      name: 'it comes into the tree by itself, is shown, and stops',
      async run({ window, workspace, root, sandbox }) {
        const vae = join(root, 'dist', 'engine', 'vae.cjs');
        const args = ['train', '--data', 'pictures', '--preset', 'aevb', '--set', 'hidden=64'];
        const child = spawn(process.execPath, [vae, ...args], {
          cwd: workspace,
          env: sandbox.environment,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        let said = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk) => (said += String(chunk)));
        const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
        try {
          await window.command('VAE: Open Explorer');
          await window.showRuns();
          const item = window.runs.filter({ hasText: 'pictures' }).first();
          await until('the run to train in the tree', async () =>
            (await item.innerText()).includes('training'),
          );
          const explorer = await Explorer.of(window);
          await until('its name in the panel', async (attempt) => {
            // A line that is written anew between button down and up takes no click.
            await item.click();
            const name = explorer.frame.locator('.run-name', { hasText: 'pictures' });
            return name.waitFor({ timeout: patience(attempt, 3000) }).then(() => true);
          });
          await explorer.curve();
          await window.screenshot('terminal-run');
          await until('the tree to say that it stopped', async (attempt) => {
            await item.hover();
            const stop = item.locator('.action-label[aria-label*="Stop"]').first();
            if (await stop.isVisible()) await stop.click({ timeout: patience(attempt) });
            return (await item.innerText()).includes('stopped');
          });
          const code = await exit;
          assert.equal(code, 130, said.slice(-500));
        } finally {
          child.kill('SIGKILL');
        }
      },
    },
  ],
};

export const setUpStory: Story = {
  name: 'VAE: Set Up TensorFlow Engine says with a word that it is there already',
  steps: [
    {
      name: 'a notification says it',
      async run({ window }) {
        // Without it the command would install it: minutes, and not into a folder of these tests.
        if (!isNativePresent()) return 'TensorFlow is not set up here: not tried';
        await window.command('VAE: Set Up TensorFlow Engine');
        const said = await until('the notification', async () => {
          const texts = await window.notifications();
          return texts.find((text) => text.includes('is already set up'));
        });
        await window.screenshot('engine-set-up');
        return said;
      },
    },
  ],
};
