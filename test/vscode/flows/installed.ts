import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Explorer } from '../editor/explorer';
import { until } from '../waiting/until';
import type { Story } from './context';
import { mapIsMade } from './shared-steps';

/** Seconds from the last answer to the first point; the bar is 5 s on an idle machine, these tests share theirs. */
const FIRST_POINT_LIMIT = 30;

/** What a new user does, with nothing but the package. */
export const installedStory: Story = {
  name: 'installed from its package, with an empty home and no network: a folder of images is trained on and mapped',
  installed: true,
  steps: [
    {
      name: 'a folder of images is trained on, by ONNX Runtime',
      async run({ window, workspace }) {
        await window.command('VAE: Train');
        await window.pick('300 images');
        await window.pick('fast');
        await window.pick('2 latent');
        await window.pick('Automatic');
        const report = await window.webview('main.dataset');
        const button = report.locator('vscode-button', { hasText: 'Train with the Preset fast' });
        await button.waitFor();
        const start = performance.now();
        await button.click();
        const explorer = await Explorer.of(window);
        await explorer.curve();
        const seconds = (performance.now() - start) / 1000;
        assert(seconds < FIRST_POINT_LIMIT, `${seconds} s until the first point`);
        await window.screenshot('installed');
        await explorer.later(await explorer.samples());
        await window.command('VAE: Stop');
        await until('its end', async () => (await explorer.state) !== 'Training');
        const runs = join(workspace, '.vae', 'runs');
        const [name] = await readdir(runs);
        const config = JSON.parse(await readFile(join(runs, name!, 'config.json'), 'utf8')) as {
          readonly engine: { readonly name: string };
        };
        assert.equal(config.engine.name, 'onnx');
        return `first point ${seconds.toFixed(1)} s after the last answer`;
      },
    },
    mapIsMade,
  ],
};
