import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
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

/** Asks to train on the 300 images of the workspace, up to the report on them. @returns what begins the training */
export async function askToTrainOnImages(window: Window): Promise<Locator> {
  await window.command('VAE: Train');
  await window.pick('300 images');
  await window.pick('fast');
  await window.pick('2 latent');
  await window.pick('Automatic');
  const report = await window.webview('main.dataset');
  return report.locator('vscode-button:not([disabled])', { hasText: 'Train with the Preset fast' });
}

/** The engine that config.json of the workspace's only run names. */
export async function engineOfRun(workspace: string): Promise<string> {
  const runs = join(workspace, '.vae', 'runs');
  const [name] = await readdir(runs);
  const config = JSON.parse(await readFile(join(runs, name!, 'config.json'), 'utf8')) as {
    readonly engine: { readonly name: string };
  };
  return config.engine.name;
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
