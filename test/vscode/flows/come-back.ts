import assert from 'node:assert/strict';
import { Explorer } from '../editor/explorer';
import { becomes, until } from '../waiting/until';
import type { Step, Story } from './context';
import { enginesOf } from './engines';
import { explorerOpens, mapIsMade } from './shared-steps';

/** What happens to windows and processes takes nothing from a view. */
export const comeBackStory: Story = {
  name: 'come back: an engine that is killed is replaced, and the map stays as it was',
  runs: ['pictures'],
  steps: [
    explorerOpens,
    mapIsMade,
    {
      name: 'it is killed, and another answers for the next image',
      async run({ window, workspace }) {
        const explorer = await Explorer.show(window);
        const { frame } = explorer;
        await (await explorer.tab('map')).locator('.map-stage').waitFor();
        await frame.locator('.map-stage').focus();
        await frame.locator('.map-stage').press('ArrowRight');
        await frame.locator('.map-stage').press('Enter');
        const name = explorer.card.locator('h3');
        await name.waitFor();
        const before = await name.innerText();
        const engines = await enginesOf(workspace);
        assert(engines.length > 0, 'no engine answers for the run');
        for (const pid of engines) process.kill(pid, 'SIGKILL');
        await until('the engines to be gone', async () => {
          const now = await enginesOf(workspace);
          return engines.every((pid) => !now.includes(pid));
        });
        await becomes(() => name.innerText(), before);
        await frame.locator('.map-stage').focus();
        await frame.locator('.map-stage').press('ArrowRight');
        await frame.locator('.map-stage').press('Enter');
        await until('the card of another image', async () => (await name.innerText()) !== before);
        await window.screenshot('engine-killed');
      },
    },
  ],
};

/** After an interpolation. */
export const pathMoves: Step = {
  name: 'the interpolation has its path in the secondary side bar, too',
  async run({ window }) {
    const names = async (): Promise<string> => {
      const frame = await window.webview('main.interpolation');
      return (await frame.locator('main.interpolation').innerText()).match(/\b\d\.png\b/g)?.join(' ') ?? '';
    };
    await window.showRuns();
    const before = await until('a path', names);
    await window.command('View: Move View');
    await window.pick('Interpolation');
    await window.pick('New Secondary Side Bar Entry');
    await window.page
      .locator('.auxiliarybar iframe, .auxiliarybar .pane-body, .auxiliarybar .content')
      .first()
      .waitFor();
    await until('the same path', async () => (await names()) === before);
    await window.screenshot('secondary-side-bar');
    return before;
  },
};
