import { Explorer } from '../editor/explorer';
import { becomes, until } from '../waiting/until';
import type { Step } from './context';

/** The past of a run that trains; `VAE: Train` has it keep snapshots. */
export const snapshotsInTime: Step = {
  name: 'time: one slider goes through the snapshots of a run that trains',
  async run({ window }) {
    const explorer = await Explorer.show(window);
    await explorer.stay();
    const section = explorer.frame.locator('section.time');
    const slider = section.getByLabel('Snapshot');
    await until('the snapshots', async () => {
      await section.scrollIntoViewIfNeeded();
      return slider.isVisible();
    });
    const mosaic = section.locator('.mosaic');
    const shown = (): Promise<number> => mosaic.getAttribute('data-step').then(Number);
    // The slider goes to step 100 below: before that step is there, it would stop at the newest one and follow it.
    await until('a snapshot after step 100', async () => (await shown()) > 100);
    await section.locator('.pairs canvas').first().waitFor();
    const parts = [
      '.time .map-stage canvas',
      '.time .pairs li canvas >> nth=1',
      '.time .mosaic',
      '.chart canvas',
    ];
    const drawings = (): Promise<string[]> => Promise.all(parts.map((part) => explorer.drawing(part)));
    const newest = await drawings();
    await slider.focus();
    await slider.press('Home');
    await until('the first snapshot', async () => (await shown()) === 1);
    const first = await until('all to be drawn anew', async () => {
      const now = await drawings();
      return now.every((each, i) => each !== newest[i]) ? now : null;
    });
    for (let i = 0; i < 14; i++) await slider.press('ArrowRight');
    await until('a later one', async () => (await shown()) === 100);
    await until('other pictures', async () => {
      const now = await drawings();
      return now[2] !== first[2] && now[1] !== first[1];
    });
    await section.scrollIntoViewIfNeeded();
    await window.screenshot('time');
    const facts = await becomes(
      () => section.locator('.time-facts').innerText(),
      /^Step 100 · 10,000 samples · ELBO training \u2212/,
    );
    await slider.press('End');
    await until('the newest again', async () => (await shown()) > 100);
    await becomes(() => explorer.state, 'Training');
    return facts;
  },
};
