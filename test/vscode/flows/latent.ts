import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Explorer } from '../editor/explorer';
import { becomes, patience, until } from '../waiting/until';
import type { Step, Story } from './context';
import { digitsTrain } from './shared-steps';
import { dragSlider } from './slider';
import { snapshotsInTime } from './time';

/** An image was encoded before. */
export const dimensionsAroundImage: Step = {
  name: 'latent dimensions: a traversal slider decodes while it is dragged, around an encoded image',
  async run({ window }) {
    const explorer = await Explorer.show(window);
    const section = await explorer.tab('dimensions');
    const slider = section.locator('.traversal input[type=range]').first();
    await slider.waitFor();
    // The image of the inspector, which was encoded before, is where the sliders begin.
    const select = section.getByLabel('Around');
    await becomes(
      () =>
        select.evaluate((node: { selectedOptions: { label: string }[] }) => node.selectedOptions[0]!.label),
      /3\.png/,
    );
    const picture = '.stage-box .picture.big';
    await until('the posterior mean', async () => (await slider.inputValue()) !== '0');
    await dragSlider(window, slider, [0.3, 0.1, 0.02], () => explorer.drawing(picture));
    await until('rows around the moved point', async () =>
      (await section.locator('.stage-text').innerText()).includes('1 moved'),
    );
    const canvases = section.locator('.traversal .frame-strip .frame');
    const text = await becomes(
      () => section.locator('.activity-text').innerText(),
      /of 20 dimensions active/,
    );
    await window.screenshot('latent-dimensions');
    return `${await canvases.count()} pictures; ${text}`;
  },
};

/** Latent space in the explorer panel, while a run trains. */
export const latentStory: Story = {
  name: 'latent space while a run trains: the manifold, random samples, and its snapshots in time',
  steps: [
    digitsTrain,
    {
      name: 'manifold: hover shows the point and its picture, and the grid is saved as a PNG',
      async run({ window, workspace }) {
        const explorer = await Explorer.show(window);
        const samples = await explorer.tab('samples');
        const section = samples.locator('section.manifold');
        const board = section.locator('.mosaic-frame');
        await board.waitFor();
        // Before the hover: the way of the mouse to the pane's tab would end it.
        await explorer.pane('Here');
        const text = section.locator('.cell-text');
        const picture = '#inspector .here .picture';
        // While it trains, the page may be drawn anew under the mouse, and a line above it come or go.
        const pictureAt = (part: number, name: string, other?: string): Promise<string> =>
          until(`the picture of ${name}`, async (attempt) => {
            const { width, height } = (await board.boundingBox())!;
            const position = { x: width * part, y: height * part };
            await board.hover({ position, timeout: patience(attempt) });
            if (!(await text.innerText()).startsWith(`${name}:`)) return null;
            if ((await explorer.frame.locator(picture).count()) === 0) return null;
            const drawn = await explorer.drawing(picture);
            return drawn !== other && drawn;
          });
        const corner = await pictureAt(0.01, 'Row 1, column 1');
        await pictureAt(0.99, 'Row 15, column 15', corner);
        await window.screenshot('manifold');
        await section.locator('vscode-button:not([disabled])', { hasText: 'Save as PNG' }).click();
        const dialog = window.page.locator('.quick-input-widget input.input');
        await until('the save dialog', async () => (await dialog.inputValue()).endsWith('-manifold.png'));
        await dialog.press('Enter');
        const saved = await until('the file', async () =>
          (await readdir(workspace)).find((name) => name.endsWith('-manifold.png')),
        );
        const bytes = await until('its bytes', async () => {
          const read = await readFile(join(workspace, saved));
          return read.length > 24 ? read : null;
        });
        assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [15 * 28, 15 * 28]);
        return `${saved}, ${bytes.length} bytes`;
      },
    },
    {
      name: 'random samples of the aggregate posterior, which is fitted while the run trains',
      async run({ window }) {
        const explorer = await Explorer.show(window);
        const section = (await explorer.tab('samples')).locator('section.samples');
        await section.locator('.mosaic-frame').waitFor();
        const mosaic = 'section.samples .mosaic';
        const prior = await explorer.drawing(mosaic);
        await section.locator('.radio', { hasText: 'Aggregate posterior' }).click();
        const said = section.locator('.what');
        await until('what it is', async () =>
          (await said.innerText()).includes('fitted to the aggregate posterior'),
        );
        await until('other draws', async () => (await explorer.drawing(mosaic)) !== prior);
        await window.screenshot('samples');
        return said.innerText();
      },
    },
    snapshotsInTime,
  ],
};
