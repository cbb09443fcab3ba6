import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Explorer } from '../editor/explorer';
import { becomes, until } from '../waiting/until';
import type { Story } from './context';
import { explorerOpens, mapIsMade } from './shared-steps';
import { dragSlider } from './slider';

/** A direction of latent space between two sets of images. */
export const directionStory: Story = {
  name: 'map: a direction between two labels is scored, moves an image, and is kept as a file over a reload',
  runs: ['pictures'],
  steps: [
    explorerOpens,
    mapIsMade,
    {
      name: 'it is made, moves an image, is saved, and is there again after a reload',
      async run({ window, workspace }) {
        const explorer = await Explorer.show(window);
        const section = await explorer.tab('directions');
        const from = section.getByLabel('From', { exact: true });
        await from.waitFor();
        await from.selectOption('label:1');
        await section.getByLabel('To', { exact: true }).selectOption('label:0');
        await section.locator('vscode-button:not([disabled])', { hasText: 'Make Direction' }).click();
        const body = section.locator('.direction-body');
        await body.locator('.frame-strip .frame').first().waitFor();
        const verdict = await becomes(
          () => body.locator('p').first().innerText(),
          /It holds on images that it was not fitted on/,
        );
        const slider = section.getByLabel('Place along the direction');
        const picture = '.direction-mover .picture.big';
        await dragSlider(window, slider, [0.35, 0.1, 0.9], () => explorer.drawing(picture));
        await section.getByLabel('Name', { exact: true }).fill('round');
        await section.locator('vscode-button:not([disabled])', { hasText: /^\s*Save\s*$/ }).click();
        const saved = section.locator('.saved-directions li', { hasText: 'round' });
        await saved.waitFor();
        await window.screenshot('direction');
        const text = await readFile(join(workspace, '.vae', 'directions', 'round.json'), 'utf8');
        assert.equal((JSON.parse(text) as { from: string }).from, 'label 1');

        await window.reload('vae.explorer');
        const after = await Explorer.show(window);
        const again = await after.tab('directions');
        await again.locator('.saved-directions li', { hasText: 'round' }).waitFor();
        await again.getByRole('button', { name: 'Delete round' }).click();
        await window.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Delete' }).click();
        await until(
          'the direction to be gone',
          async () => (await again.locator('.saved-directions li').count()) === 0,
        );
        return verdict;
      },
    },
  ],
};
