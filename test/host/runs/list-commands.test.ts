import { afterEach, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import {
  clearRunFilter,
  filterRuns,
  filterRunsByState,
  sortRuns,
} from '../../../src/host/runs/list-commands';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
afterEach(() => {
  vi.resetAllMocks();
});

const entries = [
  runEntry('/runs/b', { outcome: 'failed' }),
  runEntry('/runs/a', { about: { tags: ['baseline'] } }),
];

test('the order is chosen, with a mark at the present one', async () => {
  const { host } = windowWith(entries);
  vi.mocked(vscode.window.showQuickPick).mockImplementation(async (items) => (await items)[1]);
  expect(await sortRuns(host)).toEqual({ order: 'name', shown: ['/runs/a', '/runs/b'], hidden: 0 });
  const items = await vi.mocked(vscode.window.showQuickPick).mock.calls[0]![0];
  expect(items.map(({ label, description }) => [label, description])).toEqual([
    ['Newest First', 'as now'],
    ['By Name', ''],
    ['By Bound, Highest First', ''],
    ['By Dataset', ''],
  ]);
  vi.mocked(vscode.window.showQuickPick).mockResolvedValue(undefined);
  expect(await sortRuns(host)).toBeUndefined();
  expect(host.runList.order).toBe('name');
});

test('a filter applies while its text is typed, and stays as it was where that is given up', async () => {
  const { host } = windowWith(entries);
  await host.runList.filterBy({ text: 'before' });
  const whileTyped: string[] = [];
  const answer = (text: string | undefined): void =>
    void vi.mocked(vscode.window.showInputBox).mockImplementationOnce(async (options) => {
      expect(options!.value).toBe('before');
      await options!.validateInput!('base');
      whileTyped.push(host.runList.filter.text);
      return text;
    });
  answer(undefined);
  expect(await filterRuns(host)).toBeUndefined();
  expect([whileTyped, host.runList.filter.text]).toEqual([['base'], 'before']);
  answer('baseline');
  expect(await filterRuns(host)).toEqual({ order: 'newest', shown: ['/runs/a'], hidden: 1 });
});

test('states are ticked, with the number of runs of each; all of them are no filter', async () => {
  const { host } = windowWith(entries);
  const choose = (labels: readonly string[] | null): void =>
    void vi.mocked(vscode.window.showQuickPick).mockImplementationOnce(async (items) => {
      const all = await items;
      return (labels === null ? all : all.filter(({ label }) => labels.includes(label))) as never;
    });
  choose(['failed', 'damaged']);
  expect(await filterRunsByState(host)).toMatchObject({ shown: ['/runs/b'], hidden: 1 });
  const items = await vi.mocked(vscode.window.showQuickPick).mock.calls[0]![0];
  expect(items.map(({ label, description }) => `${label}: ${description}`)).toEqual([
    'training: 0 runs',
    'paused: 0 runs',
    'finished: 1 run',
    'stopped: 0 runs',
    'interrupted: 0 runs',
    'failed: 1 run',
    'damaged: 0 runs',
  ]);
  choose(null);
  expect(await filterRunsByState(host)).toMatchObject({ hidden: 0 });
  expect(host.runList.isFiltered).toBe(false);
  expect(await filterRunsByState(host)).toBeUndefined();
});

test('a program gives order and filter, and both are checked', async () => {
  const { host } = windowWith(entries);
  expect(await sortRuns(host, { by: 'name' })).toMatchObject({ order: 'name' });
  expect(await filterRuns(host, { text: 'baseline' })).toMatchObject({ hidden: 1 });
  expect(await filterRuns(host, { states: ['failed'] })).toMatchObject({ hidden: 2 });
  expect(await clearRunFilter(host)).toMatchObject({ hidden: 0 });
  await expect(sortRuns(host, { by: 'size' })).rejects.toThrow(
    /vae\.sortRuns: by: got 'size', expected one of/,
  );
  await expect(filterRuns(host, { state: [] })).rejects.toThrow(/unknown field 'state'/);
});
