import assert from 'node:assert/strict';
import { Explorer } from '../editor/explorer';
import { until } from '../waiting/until';
import type { Story } from './context';
import { askToTrainOnImages, engineOfRun, mapIsMade } from './shared-steps';

/** The extension where VS Code runs in a browser: in the window, with no program on any machine. */
export const browserStory: Story = {
  name: 'in a browser: a folder of images is trained on in the window, mapped and encoded, and resumed after the window was closed',
  inBrowser: true,
  steps: [
    {
      name: 'a folder of images is trained on, by WebAssembly',
      async run({ window, workspace }) {
        await (await askToTrainOnImages(window)).click();
        const explorer = await Explorer.of(window);
        await explorer.curve();
        await explorer.later(await explorer.samples());
        await window.screenshot('in a browser');
        const engine = await engineOfRun(workspace);
        assert.equal(engine, 'wasm');
      },
    },
    {
      name: 'an image is encoded while it trains',
      async run({ window }) {
        await window.contextMenu(await window.file('samples/3.png'), 'VAE', 'Encode');
        const explorer = await Explorer.of(window);
        await explorer.card.filter({ hasText: '3.png' }).waitFor();
      },
    },
    mapIsMade,
    {
      name: 'what a browser cannot do is not offered',
      async run({ window }) {
        await window.page.keyboard.press('F1');
        await window.page.locator('.quick-input-widget input.input').fill('>VAE: ');
        const labels = (await window.pickLabels()).join('\n');
        await window.page.keyboard.press('Escape');
        assert.match(labels, /VAE: Train/);
        assert.doesNotMatch(labels, /Sweep|Set Up TensorFlow|Open Model|MNIST/);
      },
    },
    {
      name: 'the window is loaded anew: the run is interrupted, and resumed from its checkpoint',
      async run({ window }) {
        await window.reload();
        await window.showRuns();
        // The worker of the window before is seen to be gone a moment later.
        await window.runs
          .filter({ hasText: /interrupted/i })
          .first()
          .waitFor();
        await window.command('VAE: Resume');
        const explorer = await Explorer.of(window);
        await explorer.reaches('Training');
        await explorer.later(await explorer.samples());
        await window.command('VAE: Stop');
        await until('its end', async () => (await explorer.state) !== 'Training');
      },
    },
  ],
};
