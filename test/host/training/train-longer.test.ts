import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { NotAllowedError } from '../../../src/host/trust';
import { parseCount, suggestedSamples, trainLonger } from '../../../src/host/training/train-longer';
import { ImagesChangedError } from '../../../src/runs/image-changes';
import type { RunRecord } from '../../../src/runs/store';
import { remoteRun } from '../../cluster/remote-world';
import { status } from '../../support/engine-status';
import * as editor from '../editor';
import { config } from '../support';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
beforeEach(() => {
  editor.workspace.isTrusted = true;
});
afterEach(() => {
  vi.resetAllMocks();
});

/** Minibatches of 100, of 1,000 samples in all. */
const finished = runEntry('/runs/finished', { record: { checkpoints: [5, 10] } });
const stopped = runEntry('/runs/stopped', { outcome: 'stopped', record: { checkpoints: [4] } });
const [fresh, live] = [
  runEntry('/runs/fresh', { outcome: 'interrupted' }),
  runEntry('/runs/live', { outcome: 'running', status: status(), record: { checkpoints: [4] } }),
];

/** Types a text. @returns what the box was opened with */
function type(text: string | undefined): () => vscode.InputBoxOptions {
  const shown = vi.mocked(editor.window.showInputBox).mockResolvedValue(text);
  return () => shown.mock.calls[0]![0] as vscode.InputBoxOptions;
}

describe('VAE: Train Longer', () => {
  test('asks for the number of samples, twice as many by default, and goes on in view', async () => {
    const box = type('3,000');
    const { host, done } = windowWith([finished]);
    expect(await trainLonger(host, '/runs/finished')).toEqual({ runUri: 'file:///runs/finished' });
    expect(box()).toMatchObject({
      title: 'VAE: Train finished Longer',
      value: '2,000',
      prompt: 'Images to train on in all, counting repeats. 1,000 are done.',
    });
    expect(done).toEqual([
      'choose /runs/finished',
      'show explorer {"tab":"train"}',
      'train /runs/finished {"samples":3000}',
      'prepared',
      'refresh',
    ]);
  });

  test.each([
    [
      'lost',
      /^Nothing of far has come from lab, so there is nothing to train longer\. VAE: Resume submits it again/,
    ],
    ['running', /^Nothing of far has come from lab yet\./],
  ] as const)(
    'of a run on a cluster that is %s, and of which nothing has come, says what to do',
    async (state, message) => {
      const far = { ...runEntry('/runs/far', { awaited: remoteRun({ state }) }), record: null };
      const { host, done } = windowWith([far]);
      await expect(trainLonger(host, '/runs/far')).rejects.toThrow(message);
      expect(done).toEqual([]);
    },
  );

  test('says at once what is wrong with a number', async () => {
    const box = type(undefined);
    const { host, done } = windowWith([finished]);
    expect(await trainLonger(host, '/runs/finished')).toBeUndefined();
    expect(done).toEqual([]);
    const options = box();
    const said = (text: string) => options.validateInput!(text);
    expect(said('1001')).toBeNull();
    expect(said('1e6')).toBeNull();
    expect(said('1,000')).toBe('Got 1,000, expected more than the 1,000 that are done.');
    expect(said('2e12')).toBe('Got 2,000,000,000,000, expected at most 1,000,000,000,000.');
    for (const text of ['', 'many', '-5', '1.5', '1e-3', '0x10', 'Infinity'])
      expect(said(text)).toBe('Expected a whole number, such as 2,000.');
  });

  test('offers the runs that have ended after a checkpoint', async () => {
    let offered: string[] = [];
    vi.mocked(editor.window.showQuickPick).mockImplementation((items) => {
      offered = (items as { entry: { folder: string } }[]).map(({ entry }) => entry.folder);
      return Promise.resolve(undefined);
    });
    const { host } = windowWith([finished, stopped, fresh, live]);
    expect(await trainLonger(host)).toBeUndefined();
    expect(offered).toEqual(['/runs/finished', '/runs/stopped']);
    await expect(trainLonger(windowWith([fresh, live]).host)).rejects.toThrow('No run can be trained longer');
  });

  test('a run that trains has to end first; trust is needed', async () => {
    await expect(trainLonger(windowWith([live]).host, '/runs/live')).rejects.toThrow('Stop it first');
    editor.workspace.isTrusted = false;
    await expect(trainLonger(windowWith([finished]).host, '/runs/finished')).rejects.toThrow(NotAllowedError);
  });

  test('a program says how many, and is told what is wrong', async () => {
    const { host, done } = windowWith([finished]);
    await trainLonger(host, { run: '/runs/finished', samples: 5000, skipChanged: true });
    expect(done).toContain('train /runs/finished {"samples":5000,"skipChanged":true}');
    expect(editor.window.showInputBox).not.toHaveBeenCalled();
    for (const samples of [undefined, '5000', 1000, 0.5, 2e12])
      await expect(trainLonger(host, { run: '/runs/finished', samples })).rejects.toThrow(/^samples: /);
  });

  test('asks about images that have changed, like a resume', async () => {
    type('3000');
    vi.mocked(editor.window.showWarningMessage).mockResolvedValueOnce('Go On Without Them');
    const changed = new ImagesChangedError('1 of 40 images is missing (a.png)').message;
    const { host, done } = windowWith([finished], undefined, [changed]);
    await trainLonger(host, '/runs/finished');
    expect(done).toContain('train /runs/finished {"samples":3000,"skipChanged":true}');
  });
});

test('the suggestion is twice what is done, or what was planned by a run that has not come that far', () => {
  const suggested = (entry: typeof finished) => suggestedSamples(entry.record!);
  expect(suggested(finished)).toBe(2000);
  expect(suggested(stopped)).toBe(2000);
  // It ended early, because its bound had settled.
  expect(suggested(runEntry('/r', { record: { checkpoints: [3] } }))).toBe(600);
  const { training, ...rest } = config();
  const huge: Partial<RunRecord> = { config: { ...rest, training: { ...training, samples: 9e11 } } };
  expect(suggested(runEntry('/r', { outcome: 'stopped', record: { ...huge, checkpoints: [1] } }))).toBe(1e12);
});

test.each([
  ['2,000,000', 2_000_000],
  ['2 000 000', 2_000_000],
  ['2_000_000', 2_000_000],
  ['2\u2019000', 2000],
  [' 2e6 ', 2e6],
  ['1.5e3', 1500],
  ['2,00', NaN],
  ['1,5', NaN],
  ['', NaN],
])('%j is read as %d', (text, value) => {
  expect(parseCount(text)).toBe(value);
});
