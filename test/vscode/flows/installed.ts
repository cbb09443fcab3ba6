import assert from 'node:assert/strict';
import { Explorer } from '../editor/explorer';
import { until } from '../waiting/until';
import type { Story } from './context';
import { askToTrainOnImages, engineOfRun, mapIsMade } from './shared-steps';

/** What a new user does, with nothing but the package. */
export const installedStory: Story = {
  name: 'installed from its package, with an empty home and no network: a folder of images is trained on and mapped',
  installed: true,
  steps: [
    {
      name: 'a folder of images is trained on, by ONNX Runtime',
      async run({ window, workspace }) {
        const button = await askToTrainOnImages(window);
        await button.waitFor();
        const start = performance.now();
        await button.click();
        const explorer = await Explorer.of(window);
        await explorer.curve();
        const seconds = (performance.now() - start) / 1000;
        await window.screenshot('installed');
        await explorer.later(await explorer.samples());
        await window.command('VAE: Stop');
        await until('its end', async () => (await explorer.state) !== 'Training');
        const engine = await engineOfRun(workspace);
        assert.equal(engine, 'onnx');
        return `first point ${seconds.toFixed(1)} s after the last answer`;
      },
    },
    mapIsMade,
  ],
};
