import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { Explorer } from '../editor/explorer';
import { becomes, until } from '../waiting/until';
import { pathMoves } from './come-back';
import type { Story } from './context';
import { dimensionsAroundImage } from './latent';
import { digitsTrain } from './shared-steps';
import { dragSlider } from './slider';

const isSelected = async (row: Locator): Promise<boolean> =>
  (await row.getAttribute('aria-selected')) === 'true';

/** Encoding and interpolating by the file explorer's menu, while a run trains. */
export const imageStory: Story = {
  name: 'images while a run trains: encoded and interpolated by their menu, and a point of latent space around one',
  steps: [
    digitsTrain,
    {
      name: 'right click on an image, VAE, Encode: its card shows',
      async run({ window }) {
        await window.contextMenu(await window.file('samples/3.png'), 'VAE', 'Encode');
        const explorer = await Explorer.of(window);
        const card = explorer.card.filter({ hasText: '3.png' });
        await card.waitFor();
        const bound = (await card.locator('.terms .strong dd').innerText()).replace(/ nats$/, '');
        assert(Number.isFinite(Number(bound.replace('\u2212', '-'))), `bound '${bound}'`);
        await becomes(() => explorer.tray.count(), 1);
        await window.screenshot('encode');
        return `ELBO ${bound}`;
      },
    },
    {
      name: 'three selected images, VAE, Interpolate: the side view decodes while the slider moves',
      async run({ window }) {
        await window.command('View: Show Explorer');
        const one = await window.file('samples/1.png');
        const middle = await window.file('samples/5.png');
        const other = await window.file('samples/8.png');
        await one.click();
        await middle.click({ modifiers: ['Control'] });
        await other.click({ modifiers: ['Control'] });
        await until(
          'three selected images',
          async () => (await isSelected(one)) && (await isSelected(middle)) && (await isSelected(other)),
        );
        await window.contextMenu(other, 'VAE', 'Interpolate');
        const frame = await window.webview('main.interpolation .picture.big');
        const picture = frame.locator('.picture.big');
        const drawn = (): Promise<string> =>
          picture.evaluate((canvas: { toDataURL(): string }) => canvas.toDataURL());
        await becomes(() => frame.locator('.waypoint-name').allInnerTexts(), ['1.png', '5.png', '8.png']);
        const slider = frame.locator('input[type=range]');
        await dragSlider(window, slider, [0.3, 0.1, 0.02], drawn);
        await window.screenshot('interpolation');
        await frame.locator('.radio', { hasText: 'Spherical' }).click();
        await until('the spherical strip to be marked', async () =>
          (await frame.locator('.strip.active').innerText()).startsWith('Spherical'),
        );
      },
    },
    dimensionsAroundImage,
    pathMoves,
  ],
};
