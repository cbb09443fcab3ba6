import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hostsOf } from '../../../src/download/dataset';
import { MNIST } from '../../../src/download/mnist';
import type { Story } from './context';

/** The question before a download; the download itself is tested against servers of our own. */
export const downloadStory: Story = {
  name: 'Download MNIST says how much comes from where and goes where, and fetches nothing unless one agrees',
  steps: [
    {
      name: 'the question names it all, and cancelled leaves nothing',
      async run({ window, sandbox }) {
        const folder = join(sandbox.folder, 'cache', 'latent-explorer', 'datasets', 'mnist');
        await window.command('VAE: Download MNIST');
        const dialog = window.page.locator('.monaco-dialog-box');
        await dialog.waitFor();
        const text = await dialog.innerText();
        for (const part of ['11.6 MB', ...hostsOf(MNIST), folder, 'no data of yours is sent'])
          assert.ok(text.includes(part), `'${part}' in '${text}'`);
        await window.screenshot('download-question');
        await dialog.locator('.monaco-button', { hasText: 'Cancel' }).click();
        await dialog.waitFor({ state: 'hidden' });
        assert.equal(existsSync(folder), false);
      },
    },
  ],
};
