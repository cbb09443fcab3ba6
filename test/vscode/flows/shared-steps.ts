import { Explorer } from '../editor/explorer';
import type { Window } from '../editor/window';
import type { Step } from './context';

/** Trains on the sample digits: ten million samples, so that on the fastest machine it still trains when the test ends. */
export async function trainDigits(window: Window): Promise<Explorer> {
  await window.command('VAE: Train');
  await window.pick('Sample digits');
  await window.pick('aevb');
  await window.pick('20 latent');
  return Explorer.of(window);
}

export const digitsTrain: Step = {
  name: 'a training on the sample digits begins',
  async run({ window }) {
    const explorer = await trainDigits(window);
    await explorer.curve();
    await explorer.later(await explorer.samples());
  },
};

export const explorerOpens: Step = {
  name: 'the explorer opens on the run',
  async run({ window }) {
    await window.command('VAE: Open Explorer');
    const explorer = await Explorer.of(window);
    await explorer.curve();
  },
};

export const mapIsMade: Step = {
  name: 'the map of the run makes itself',
  async run({ window }) {
    const explorer = await Explorer.of(window);
    const map = await explorer.tab('map');
    await map.locator('.map-stage').waitFor();
  },
};
