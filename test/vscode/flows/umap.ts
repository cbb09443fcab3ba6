import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { Explorer } from '../editor/explorer';
import { becomes, until } from '../waiting/until';
import type { Story } from './context';
import { clickPoint, hoverPoint, showsFile } from './map';
import { explorerOpens, mapIsMade } from './shared-steps';

const axis = (frame: Frame, name: 'x' | 'y'): Locator =>
  frame.locator('section.map').getByLabel(name, { exact: true });
const made = (frame: Frame): Locator =>
  frame
    .getByRole('region', { name: 'UMAP' })
    .getByText(/UMAP of the posterior means at step [\d,]+: 10 neigh/);

/** Another layout of the same map. */
export const umapStory: Story = {
  name: 'map: UMAP lays the images out, and a layout is there again after a reload',
  runs: ['pictures'],
  steps: [
    explorerOpens,
    mapIsMade,
    {
      name: 'map: UMAP lays the images out; a place is the image nearest to it, a point its file',
      async run(context) {
        const { window, workspace } = context;
        const { frame } = await Explorer.show(window);
        await frame.locator('section.map').scrollIntoViewIfNeeded();
        await axis(frame, 'x').selectOption('umap:0');
        await becomes(() => axis(frame, 'y').inputValue(), 'umap:1');
        const panel = frame.getByRole('region', { name: 'UMAP' });
        await panel.getByLabel('Neighbours').fill('10');
        await panel.locator('vscode-button', { hasText: 'Lay Out' }).click();
        await made(frame).waitFor();
        await hoverPoint(context, frame);
        await until('a place that stands for an image', async () =>
          (await frame.locator('.map-probe').innerText()).includes('the image nearest on the map'),
        );
        const { image } = await clickPoint(context, frame);
        await showsFile(frame, image);
        await window.screenshot('map-umap');
        const runs = join(workspace, '.vae', 'runs');
        const layouts = await Promise.all(
          (await readdir(runs)).map((run) =>
            readFile(join(runs, run, 'umap', 'umap.json'), 'utf8').catch(() => null),
          ),
        );
        const [layout] = layouts.filter((text) => text !== null);
        const { neighbours, seed, fitted } = JSON.parse(layout!) as Record<string, number>;
        assert.deepEqual({ neighbours, seed, fitted }, { neighbours: 10, seed: 0, fitted: 300 });
        return made(frame).innerText();
      },
    },
    {
      name: 'map: a layout is there again after a reload',
      async run({ window }) {
        await window.reload('vae.explorer', 'umap:0');
        const explorer = await Explorer.show(window);
        await explorer.stay();
        const { frame } = explorer;
        await frame.locator('section.map').scrollIntoViewIfNeeded();
        await made(frame).waitFor();
        await becomes(() => axis(frame, 'x').inputValue(), 'umap:0');
        await axis(frame, 'x').selectOption('pc:0');
        await made(frame).waitFor({ state: 'hidden' });
        await becomes(() => axis(frame, 'y').inputValue(), 'pc:1');
      },
    },
  ],
};
