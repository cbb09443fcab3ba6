import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Memento } from 'vscode';
import type { ExtensionServices } from '../../../src/host/services';
import { askTrainChoices } from '../../../src/host/training/train-dialog';
import type { PlanLine, PlannedDataset, PlannedPreset } from '../../../src/protocol/schemas/plan-line';
import { eventually } from '../../support/eventually';
import * as editor from '../editor';
import { memento } from '../memento';
import { useFolder } from '../support';

vi.mock('vscode', () => import('../editor'));
const folder = useFolder();
let photos: string;
beforeEach(async () => {
  photos = join(folder.path(), 'photos');
  await mkdir(photos);
  await writeFile(join(photos, 'a.png'), '');
  editor.quickPicks.length = 0;
});
afterEach(() => {
  vi.resetAllMocks();
});

/** A dialog whose plan says what a test lets it say. */
function dialog(state: Memento = memento()) {
  const plans: {
    say: (line: PlanLine) => void;
    fail: (why: string) => void;
    signal: AbortSignal;
    data: string;
  }[] = [];
  const host = {
    context: { workspaceState: state },
    planTraining: ({ data }: { data: string }, signal: AbortSignal, say: (line: PlanLine) => void) =>
      new Promise<void>((_, reject) => {
        plans.push({ say, signal, data, fail: (why) => reject(new Error(why)) });
      }),
  } as unknown as ExtensionServices;
  return { plans, host, asked: (path = photos) => askTrainChoices(host, path) };
}

/** Answers the questions that are not lists by themselves with the item of this label, one after the other. */
function answers(...labels: (string | undefined)[]): void {
  for (const label of labels)
    editor.window.showQuickPick.mockImplementationOnce(async (items) =>
      ((await items) as { label: string }[]).find((item) => item.label.startsWith(label ?? ' ')),
    );
}

const newest = async (title: RegExp): Promise<editor.QuickPick> => {
  await eventually(() => Promise.resolve(editor.quickPicks.at(-1)?.title ?? '')).toMatch(title);
  return editor.quickPicks.at(-1)!;
};
const labels = (pick: editor.QuickPick): unknown[] => pick.items.map((item) => item['label']);

const DATASET: PlannedDataset = { type: 'dataset', images: 20, tables: [] };
const CONV: PlannedPreset = {
  ...{ type: 'preset', preset: 'conv', advised: 'colour', fit: 'crop', cropped: 0, likelihood: 'bernoulli' },
  ...{ samples: 1000, patience: 0, problem: '', shape: { width: 64, height: 64, channels: 3 } },
};

test('the list of presets is there at once, says more as more is known, and the process ends with it', async () => {
  const { plans, asked } = dialog();
  answers('20 latent', 'Automatic');
  const choices = asked();
  const pick = await newest(/VAE: Train \(1\/3\)/);
  expect(plans[0]!.data).toBe(photos);
  expect(labels(pick)).toContain('conv');
  expect(pick.busy).toBe(true);
  expect(pick.activeItems[0]).toMatchObject({ value: 'fast' });
  plans[0]!.say(DATASET);
  plans[0]!.say(CONV);
  expect(labels(pick)).toContain('conv (advised)');
  expect(pick.activeItems[0]).toMatchObject({
    value: 'conv',
    description: '64 × 64 colour · Bernoulli likelihood',
  });
  pick.move('aevb');
  plans[0]!.say({ type: 'time', preset: 'conv', seconds: 100 });
  // Whoever has moved stays there.
  expect(pick.activeItems[0]).toMatchObject({ value: 'aevb' });
  expect(pick.items.find(({ value }) => value === 'conv')!['description']).toContain('about 2 min here');
  pick.choose('conv');
  expect(await choices).toEqual({
    ...{ data: photos, labels: null, labelColumn: null, preset: 'conv', latent: 20, size: null },
    ...{ set: {}, seed: 0, engine: null, threads: null },
  });
  expect(plans[0]!.signal.aborted).toBe(true);
  expect(pick.isDisposed).toBe(true);
});

test('a preset that cannot be trained is not taken, and says why', async () => {
  const { plans, asked } = dialog();
  const choices = asked();
  const pick = await newest(/VAE: Train/);
  plans[0]!.say({ ...CONV, shape: null, problem: 'got 3 images, expected at least 10 to train on' });
  pick.choose('conv');
  expect(pick.placeholder).toBe('got 3 images, expected at least 10 to train on');
  pick.hide();
  expect(await choices).toBeUndefined();
});

test('images of no use are said there and then: those that were named are an error, for others it asks again', async () => {
  const { plans, host, asked } = dialog();
  const named = asked();
  await newest(/VAE: Train/);
  plans[0]!.fail('photos: no images found');
  await expect(named).rejects.toThrow('photos: no images found');
  editor.workspace.workspaceFolders = undefined;
  editor.window.showOpenDialog.mockResolvedValueOnce([editor.Uri.file(photos)]);
  answers('Browse for a Folder', undefined);
  const chosen = askTrainChoices(host);
  await eventually(() => Promise.resolve(plans.length)).toBe(2);
  plans[1]!.fail('photos: no images found');
  expect(await chosen).toBeUndefined();
  expect(editor.window.showErrorMessage).toHaveBeenCalledWith('VAE: photos: no images found');
});

test('tables are offered once they are known, and their column is asked for where it is open', async () => {
  await writeFile(join(photos, 't.csv'), '');
  const { plans, asked } = dialog();
  answers('mood', '2 latent', 'Automatic');
  const choices = asked();
  const pick = await newest(/VAE: Train \(1\/4\)/);
  expect([labels(pick), pick.busy]).toEqual([['No Table'], true]);
  const columns = [
    { name: 'label', classes: 2 },
    { name: 'mood', classes: 3 },
  ];
  const table = { path: join(photos, 't.csv'), inside: true, images: 20, labels: columns, isNamed: true };
  plans[0]!.say({ ...DATASET, tables: [table] });
  await eventually(() => Promise.resolve(labels(pick))).toEqual(['t.csv', 'No Table']);
  expect(pick.busy).toBe(false);
  pick.choose('t.csv');
  (await newest(/\(2\/4\)/)).choose('fast');
  expect(await choices).toMatchObject({ labels: table.path, labelColumn: 'mood', preset: 'fast', latent: 2 });
});

test('a table of something else leads on to the next question by itself', async () => {
  await writeFile(join(photos, 't.csv'), '');
  const { plans, asked } = dialog();
  const choices = asked();
  await newest(/\(1\/4\)/);
  plans[0]!.say(DATASET);
  (await newest(/\(2\/4\)/)).hide();
  expect(await choices).toBeUndefined();
});

test('more settings are changed one after the other, checked in place, and remembered', async () => {
  const state = memento();
  const { host } = dialog(state);
  answers('20 latent', 'More Settings');
  const choices = askTrainChoices(host, photos);
  (await newest(/\(1\/3\)/)).choose('fast');
  const list = await newest(/All Settings/);
  expect(list.items.find(({ label }) => label === 'latent')).toMatchObject({ description: '20' });
  expect(list.items.find(({ label }) => label === 'hidden')).toMatchObject({
    description: '500',
    detail:
      'units of the hidden layers, of encoder and decoder alike: 1 to 8 whole numbers from 1 to 16,384, separated by commas',
  });
  expect(labels(list)).not.toContain('model.convolution.kernel');
  // Typed in a box, which says what is wrong.
  editor.window.showInputBox.mockImplementationOnce((options) => {
    const { validateInput, value } = options as {
      validateInput: (text: string) => string | null;
      value: string;
    };
    expect([value, validateInput('64,0'), validateInput('64,32')]).toEqual([
      '500',
      expect.stringMatching(/^model.encoderHidden.1: got 0/),
      null,
    ]);
    return Promise.resolve('64,32');
  });
  list.choose('hidden');
  const second = await newestAfter(list);
  expect(second.items.find(({ label }) => label === 'hidden')).toMatchObject({
    description: '64,32 (the preset has 500)',
  });
  answers('gaussian');
  second.choose('likelihood');
  const third = await newestAfter(second);
  editor.window.showInputBox.mockResolvedValueOnce('7');
  third.choose('seed');
  const fourth = await newestAfter(third);
  answers('onnx');
  fourth.choose('engine');
  (await newestAfter(fourth)).choose('$(play)');
  const expected = {
    set: { hidden: '64,32', likelihood: 'gaussian', latent: '20' },
    seed: 7,
    engine: 'onnx',
  };
  expect(await choices).toMatchObject({ ...expected, latent: null, threads: null });
  expect(state.get('vae.lastTraining')).toMatchObject(expected);
});

async function newestAfter(before: editor.QuickPick): Promise<editor.QuickPick> {
  await eventually(() => Promise.resolve(editor.quickPicks.at(-1) !== before)).toBe(true);
  return editor.quickPicks.at(-1)!;
}
