import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Explorer } from '../editor/explorer';
import { becomes, until } from '../waiting/until';
import type { Story } from './context';

const RUNS = '.vae/runs';

interface Config {
  readonly seed: number;
  readonly model: { readonly encoderHidden: readonly number[] };
  readonly training: { readonly samples: number; readonly extensions?: readonly object[] };
}

async function configOf(workspace: string, run: string): Promise<Config> {
  return JSON.parse(await readFile(join(workspace, RUNS, run, 'config.json'), 'utf8')) as Config;
}

/** Waits for a run that was not there, with its configuration. */
async function newRun(workspace: string, before: readonly string[]): Promise<Config> {
  const name = await until('a new run', async () =>
    (await readdir(join(workspace, RUNS))).find((each) => !before.includes(each)),
  );
  return until('its configuration', () => configOf(workspace, name).catch(() => null));
}

/** A finished run goes on, is trained again, and a dataset is trained on with other settings. */
export const trainAgainStory: Story = {
  name: 'a finished run is trained longer and again; VAE: Train says what presets do and offers all settings',
  runs: ['pictures'],
  steps: [
    {
      name: 'VAE: Train Longer: a number that is too small is refused in place, a larger one goes on on the same curve',
      async run({ window, workspace }) {
        await window.command('VAE: Open Explorer');
        const explorer = await Explorer.of(window);
        await explorer.curve();
        await explorer.reaches('Finished');
        const first = await explorer.firstPoint();
        await window.command('VAE: Train Longer');
        const input = window.page.locator('.quick-input-widget input.input');
        await becomes(() => input.inputValue(), '40,000');
        await input.fill('20,000');
        await window.page.getByText('expected more than the 20,000 that are done').first().waitFor();
        await window.screenshot('train-longer');
        await input.fill('40,000');
        await window.page.keyboard.press('Enter');
        const [run] = await readdir(join(workspace, RUNS));
        await until('the end of the longer run', async () => {
          const { training } = await configOf(workspace, run!);
          return training.samples === 40_000 && (await explorer.state) === 'Finished';
        });
        await until('all samples on the curve', async () => (await explorer.samples()) === 40_000);
        await becomes(() => explorer.firstPoint(), first);
        assert.deepEqual((await configOf(workspace, run!)).training.extensions, [
          { step: 200, samples: 20_000 },
        ]);
      },
    },
    {
      name: 'VAE: Train Again with These Settings: a new run with a new seed comes into view',
      async run({ window, workspace }) {
        const before = await readdir(join(workspace, RUNS));
        await window.command('VAE: Train Again with These Settings');
        await window.pick('New Seed');
        const config = await newRun(workspace, before);
        assert.equal(config.seed, 1);
        assert.equal(config.training.samples, 40_000);
        assert.deepEqual(config.model.encoderHidden, [32]);
        const explorer = await Explorer.of(window);
        await explorer.curve();
        await explorer.reaches('Finished');
      },
    },
    {
      name: 'VAE: Train: the preset that is advised and the time of each are said; any setting can be changed',
      async run({ window, workspace }) {
        const before = await readdir(join(workspace, RUNS));
        await window.command('VAE: Train');
        await window.pick('pictures');
        const rows = window.page.locator('.quick-input-list .monaco-list-row');
        const fast = rows.filter({ hasText: 'fast (advised)' }).first();
        await fast.waitFor();
        await becomes(() => fast.innerText(), /28 × 28 grey · Bernoulli likelihood/);
        await becomes(() => fast.innerText(), /at most about .+ here/);
        await window.screenshot('train-presets');
        await window.pick('fast');
        await window.pick('2 latent');
        await window.pick('More Settings');
        const input = window.page.locator('.quick-input-widget input.input');
        await rows.filter({ hasText: 'Train with These Settings' }).first().waitFor();
        await input.fill('units of the hidden layers');
        // What begins the training is not among what is found, so that Enter does not take it.
        await becomes(() => rows.first().innerText(), /^hidden/);
        await window.page.keyboard.press('Enter');
        await becomes(() => input.inputValue(), '500');
        await input.fill('0');
        await window.page.getByText('model.encoderHidden.0: got 0').first().waitFor();
        await input.fill('24');
        await window.page.keyboard.press('Enter');
        await rows.filter({ hasText: '24 (the preset has 500)' }).first().waitFor();
        await window.screenshot('train-settings');
        await input.fill('training ends after this many images');
        await becomes(() => rows.first().innerText(), /^samples/);
        await window.page.keyboard.press('Enter');
        await becomes(() => input.inputValue(), '1000000');
        await input.fill('10000');
        await window.page.keyboard.press('Enter');
        // The list is where it was left.
        await rows.filter({ hasText: '10000 (the preset has 1000000)' }).first().waitFor();
        await input.fill('Train with These');
        await rows.filter({ hasText: 'Train with These Settings' }).first().click();
        const report = await window.webview('main.dataset');
        await becomes(
          () => report.locator('.plan').innerText(),
          /^Preset fast: 28 × 28 pixels, grey; .*Bernoulli likelihood\./,
        );
        await becomes(
          () => report.locator('.plan').innerText(),
          /About|about .+ on this machine, for 10,000 samples/,
        );
        await window.screenshot('train-plan');
        await report
          .locator('vscode-button:not([disabled])', { hasText: 'Train with the Preset fast' })
          .click();
        const config = await newRun(workspace, before);
        assert.deepEqual(config.model.encoderHidden, [24]);
        assert.equal(config.training.samples, 10_000);
        const explorer = await Explorer.of(window);
        await explorer.reaches('Finished');
      },
    },
  ],
};
