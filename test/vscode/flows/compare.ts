import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { becomes, until } from '../waiting/until';
import type { Context, Story } from './context';

/** Opens the tab and gives the page of the comparison. */
async function comparison({ window }: Context): Promise<Frame> {
  await window.page.locator('.tab', { hasText: 'Compare Runs' }).first().click();
  return window.webview('main.compare');
}

/** Two runs: one on pictures of the workspace, one on the built-in digits. */
export const compareStory: Story = {
  name: 'compare: two runs side by side, and there again after a reload',
  runs: ['pictures', 'digits'],
  steps: [
    {
      name: 'compare: two runs selected in the tree, side by side with curves, settings, images and points',
      async run(context) {
        const { window } = context;
        await window.showRuns();
        const lines = window.runs;
        const first = lines.filter({ hasText: 'pictures' }).filter({ hasText: 'finished' }).first();
        const second = lines.filter({ hasText: 'digits' }).filter({ hasText: 'stopped' }).first();
        await first.click();
        await second.click({ modifiers: ['ControlOrMeta'] });
        await window.contextMenu(second, 'Compare Runs');
        const frame = await comparison(context);
        const legend = frame.locator('.compare-legend tbody tr');
        await until('both runs', async () => (await legend.count()) === 2);
        await frame.locator('.compare-curves canvas').first().waitFor();
        const settings = await until('the settings that differ', async () => {
          const names = await frame.locator('section[aria-label=Settings] tbody th').allInnerTexts();
          return ['data.source.kind', 'model.latent'].every((name) => names.includes(name)) && names;
        });
        assert(!settings.includes('data.channels'), settings.join());
        await becomes(() => frame.locator('.cautions').innerText(), /different images \(/);
        const cells = frame.locator('.image-cell canvas');
        await until('the same images under both', async () => {
          await frame.locator('.compare-images').scrollIntoViewIfNeeded();
          return (await cells.count()) === 36;
        });
        await frame.locator('.image-row').nth(2).locator('.image-cell').first().click();
        await becomes(() => frame.locator('.image-cell[aria-pressed=true]').count(), 3);
        const bounds = await until('a bound for each run', async () => {
          const texts = await frame.locator('.image-block .strong dd').allInnerTexts();
          return texts.length === 2 && texts;
        });
        await window.screenshot('compare');
        const points = frame.locator('.compare-points');
        await points.scrollIntoViewIfNeeded();
        await until('points of both', async () =>
          (await points.locator('.point-cell p').allInnerTexts()).every((text) => text.startsWith('|z|')),
        );
        await becomes(() => points.locator('> .quiet').innerText(), /latent spaces are of different sizes/);
        await window.screenshot('compare-points');
        return `${settings.length} settings differ; bounds of one image: ${bounds.join(', ')}`;
      },
    },
    {
      name: 'compare: after a reload of the window it is there again, with the chosen image',
      async run(context) {
        const before = await comparison(context);
        const chosen = await before.locator('.image-id').innerText();
        await context.window.reload('vae.compare', chosen);
        const frame = await comparison(context);
        await until('both runs', async () => (await frame.locator('.compare-legend tbody tr').count()) === 2);
        await until('the chosen image', async () => {
          await frame.locator('.compare-images').scrollIntoViewIfNeeded();
          return (await frame.locator('.image-block').count()) === 2;
        });
        await becomes(() => frame.locator('.image-id').innerText(), chosen);
      },
    },
  ],
};
