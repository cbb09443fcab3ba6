import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Explorer } from '../editor/explorer';
import { becomes, until } from '../waiting/until';
import type { Story } from './context';

const IMAGES = 60;
const PARITY = ['even', 'odd'];
const CAMERAS = ['left', 'middle', 'right'];

/** A folder of images without folders for labels; a table in it has them, and two columns more. */
async function makeLabelled(workspace: string): Promise<void> {
  const folder = join(workspace, 'labelled');
  await mkdir(folder, { recursive: true });
  const lines = ['path,label,weight,camera'];
  for (let i = 0; i < IMAGES; i++) {
    await copyFile(join(workspace, 'pictures', String(i % 10), `${i}.png`), join(folder, `${i}.png`));
    lines.push(`${i}.png,${PARITY[i % 2]},${i === 7 ? '' : i * i},${CAMERAS[i % 3]}`);
  }
  await writeFile(join(folder, 'labels.csv'), `${lines.join('\n')}\n`);
}

/** Labels of images by a table. */
export const labelStory: Story = {
  name: 'labels: VAE: Train offers the table in a folder of images; its columns colour the map and are axes',
  steps: [
    {
      name: 'the table is chosen, and its columns are looked at on the map',
      async run({ window, workspace }) {
        await makeLabelled(workspace);
        await window.command('VAE: Train');
        await window.pick(`${IMAGES} images`);
        // The list may still have rows of the question before.
        const offered = async (): Promise<(string | undefined)[]> =>
          (await window.pickLabels()).map((text) => /labels\.csv|No Table/.exec(text)?.[0]);
        await becomes(offered, ['labels.csv', 'No Table']);
        await window.screenshot('train-labels');
        await window.pick('labels.csv');
        // The weights differ for each image, so they are no labels.
        const columns = async (): Promise<(string | undefined)[]> =>
          (await window.pickLabels()).map((text) => /^(label|camera|weight|Folder Names)/.exec(text)?.[0]);
        await becomes(columns, ['label', 'camera', 'Folder Names']);
        await window.pick('2 classes');
        await window.pick('fast');
        await window.pick('2 latent');
        await window.pick('Automatic');
        const report = await window.webview('main.dataset');
        await report.getByText(`${IMAGES} used, 0 skipped`).waitFor();
        await report.locator('.examples canvas').nth(2).waitFor();
        await window.screenshot('train-report');
        await report
          .locator('vscode-button:not([disabled])', { hasText: 'Train with the Preset fast' })
          .click();
        const explorer = await Explorer.of(window);
        const { frame } = explorer;
        await frame.locator('.run-name', { hasText: 'labelled' }).waitFor();
        await explorer.curve();
        const map = await explorer.tab('map');
        const legend = map.locator('.map-legend [data-key]');
        const inLegend = (texts: readonly string[]): Promise<true> =>
          until(`a legend of ${texts.join(', ')}`, async () => {
            const shown = await legend.allInnerTexts();
            return shown.map((text) => text.split(/\s/)[0]).join() === texts.join();
          });
        await inLegend(PARITY);
        await map.getByLabel('Colour', { exact: true }).selectOption('field:camera');
        await inLegend(CAMERAS);
        await map.getByLabel('Layout', { exact: true }).selectOption('columns');
        await map.getByLabel('x', { exact: true }).selectOption('field:weight');
        const words = map.locator('.map-axes');
        await until('the weight across', async () => (await words.innerText()).startsWith('Across: weight.'));
        await becomes(() => words.innerText(), /1 of 60 images have no value there and are not drawn/);
        await window.screenshot('map-columns');
        if ((await explorer.state) === 'Training') await window.command('VAE: Stop');
        await until('its end', async () => (await explorer.state) !== 'Training');
      },
    },
  ],
};
