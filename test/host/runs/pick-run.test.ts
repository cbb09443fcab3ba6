import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { namedRun, pickRun, runQuickPickItem } from '../../../src/host/runs/pick-run';
import { status } from '../../support/engine-status';
import { runEntry, windowWith } from '../window';
import { RunLine } from '../../../src/host/runs/tree-lines';

vi.mock('vscode', () => import('../editor'));
afterEach(() => {
  vi.resetAllMocks();
});

const [a, b] = [runEntry('/runs/a b'), runEntry('/runs/b')];

describe('a run that an argument names', () => {
  test.each([
    ['its folder', '/runs/a b'],
    ['its URI', pathToFileURL('/runs/a b').href],
    ['its line in the tree', new RunLine(a.folder)],
    ['an object with its folder', { run: '/runs/a b', confirmed: true }],
    ['an object with its URI', { run: 'file:///runs/a%20b' }],
    ['an object with its line', { run: new RunLine(a.folder) }],
    ['an object with what the API calls its URI', { run: vscode.Uri.file('/runs/a b') }],
  ])('is found by %s', async (_how, argument) => {
    const { host, done } = windowWith([b, a]);
    expect(await namedRun(host, argument)).toBe(a);
    expect(done).toEqual([]);
  });

  test.each([[undefined], [null], [3], [{}], [{ images: ['/a.png'] }], [{ run: undefined }]])(
    '%j names none',
    async (argument) => {
      expect(await namedRun(windowWith([a]).host, argument)).toBeUndefined();
    },
  );

  test.each([[null], [3], [''], [{}], [['/runs/a b']]])(
    'is not another one where %j names it: a program might delete that',
    async (run) => {
      const { host } = windowWith([a]);
      await expect(namedRun(host, { run, confirmed: true })).rejects.toThrow(
        `run: got ${JSON.stringify(run)}, expected the folder of a run, as a path or a URI`,
      );
    },
  );

  test('may have been made just now', async () => {
    const { host, done } = windowWith([b], [b, a]);
    expect(await namedRun(host, '/runs/a b')).toBe(a);
    expect(done).toEqual(['refresh']);
  });

  test('that is none of this workspace is an error, which names it', async () => {
    const { host, done } = windowWith([a, b]);
    await expect(namedRun(host, { run: '/runs/c' })).rejects.toThrow(
      '/runs/c is not a run of this workspace.',
    );
    expect(done).toEqual(['refresh']);
  });
});

describe('of several runs', () => {
  const choose = (which: number): void =>
    void vi.mocked(vscode.window.showQuickPick).mockImplementation(async (items) => (await items)[which]);

  test('none is an error that says why', async () => {
    await expect(pickRun([], 'VAE: Stop', 'No run is being trained.')).rejects.toThrow(
      'No run is being trained.',
    );
  });

  test('the only one is taken without a question', async () => {
    expect(await pickRun([a], 'VAE: Stop', '')).toBe(a);
    expect(vscode.window.showQuickPick).not.toHaveBeenCalled();
  });

  test('one is asked for, under the title of the command', async () => {
    choose(1);
    expect(await pickRun([a, b], 'VAE: Stop', '')).toBe(b);
    const [items, options] = vi.mocked(vscode.window.showQuickPick).mock.calls[0]!;
    expect((await items).map((item) => item.label)).toEqual(['a b', 'b']);
    expect(options).toEqual({ title: 'VAE: Stop' });
  });

  test('none is taken where the question is dismissed', async () => {
    expect(await pickRun([a, b], 'VAE: Stop', '')).toBeUndefined();
  });
});

test('a run is offered as the tree shows it: without the time of its name, with its state and its bound', () => {
  const live = runEntry('/runs/20260102-030405-faces', {
    outcome: 'running',
    status: status({ state: 'paused', samples: 10_000, totalSamples: 40_000, validationBound: -105.23 }),
  });
  const item = runQuickPickItem(live);
  expect(item.entry).toBe(live);
  expect(item.label).toBe('faces');
  expect(item.description).toBe('\u2212105.2 nats · paused · 25 %');
});
