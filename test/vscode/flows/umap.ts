import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { Explorer } from '../editor/explorer';
import { becomes, until } from '../waiting/until';
import type { Story } from './context';
import { clickPoint, hoverPoint, showsFile } from './map';
import { explorerOpens, mapIsMade } from './shared-steps';

const layoutOf = (map: Locator): Locator => map.getByLabel('Layout', { exact: true });
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
        const explorer = await Explorer.show(window);
        const { frame } = explorer;
        const map = await explorer.tab('map');
        await layoutOf(map).selectOption('umap');
        // Of so few images a layout is made as soon as it is chosen.
        await frame
          .getByRole('region', { name: 'UMAP' })
          .getByText(/UMAP of the posterior means/)
          .waitFor();
        await map.getByLabel('Settings of UMAP').click();
        await map.getByLabel('Neighbours').fill('10');
        await map.locator('vscode-button:not([disabled])', { hasText: 'Lay Out' }).click();
        await made(frame).waitFor();
        const here = await explorer.pane('Here');
        await hoverPoint(context, frame);
        await until('a place that stands for an image', async () =>
          (await here.innerText()).includes('the image nearest on the map'),
        );
        const { image } = await clickPoint(context, explorer);
        await showsFile(explorer, image);
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
        await window.reload('vae.explorer', 'umap');
        const explorer = await Explorer.show(window);
        const { frame } = explorer;
        const map = await explorer.tab('map');
        await made(frame).waitFor();
        await becomes(() => layoutOf(map).inputValue(), 'umap');
        await layoutOf(map).selectOption('own');
        await made(frame).waitFor({ state: 'hidden' });
        await becomes(() => map.locator('.map-axes').innerText(), /PC 1 across, PC 2 up|Across: PC 1/);
      },
    },
  ],
};
