import { Explorer } from '../editor/explorer';
import { becomes, until } from '../waiting/until';
import type { Step } from './context';

/** The past of a run that trains; `VAE: Train` has it keep snapshots. */
export const snapshotsInTime: Step = {
  name: 'time: one slider goes through the snapshots of a run that trains',
  async run({ window }) {
    const explorer = await Explorer.show(window);
    await explorer.tab('train');
    const section = explorer.frame.locator('section.time');
    const slider = section.getByLabel('Snapshot');
    await until('the snapshots', () => slider.isEnabled());
    const facts = section.locator('.time-facts');
    const shown = async (): Promise<number> =>
      Number(/^Step ([\d,]+)/.exec(await facts.innerText())?.[1]?.replaceAll(',', ''));
    // The slider goes to step 100 below: before that step is there, it would stop at the newest one and follow it.
    await until('a snapshot after step 100', async () => (await shown()) > 100);
    const parts = ['.reconstructions .pairs li canvas >> nth=1', '.chart canvas'];
    await explorer.frame.locator(parts[0]!).waitFor();
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
      return now[0] !== first[0];
    });
    await window.screenshot('time');
    const points = (await explorer.tab('samples')).locator('.time-points');
    await becomes(() => points.getAttribute('data-step'), '100');
    const later = await explorer.drawing('.time-points canvas');
    await slider.focus();
    await slider.press('Home');
    await becomes(() => points.getAttribute('data-step'), '1');
    await until('other samples', async () => (await explorer.drawing('.time-points canvas')) !== later);
    await window.screenshot('time-samples');
    for (let i = 0; i < 14; i++) await slider.press('ArrowRight');
    const text = await becomes(() => facts.innerText(), /^Step 100 · 10,000 samples · ELBO training \u2212/);
    await slider.press('End');
    await until('the newest again', async () => (await shown()) > 100);
    await becomes(() => points.count(), 0);
    await becomes(() => explorer.state, 'Training');
    return text;
  },
};
