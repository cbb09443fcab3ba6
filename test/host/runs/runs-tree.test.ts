import { beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { Emitter } from '../../../src/host/emitter';
import type { SweepView } from '../../../src/domain/sweep';
import { CurrentRun } from '../../../src/host/runs/current-run';
import { RunList } from '../../../src/host/runs/run-list';
import { RunsTree } from '../../../src/host/runs/runs-tree';
import type { RunEntry, RunsModel } from '../../../src/host/runs/runs-model';
import * as editor from '../editor';
import { SweepsModel } from '../../../src/host/sweeps/sweeps-model';
import { memento } from '../memento';
import { runEntry } from '../window';

vi.mock('vscode', () => import('../editor'));

const a = runEntry('/runs/a', { about: { tags: ['baseline'] } });
const b = runEntry('/runs/b', { outcome: 'failed' });
let list: RunList;
let current: CurrentRun;
let tree: RunsTree;
let sweeps: SweepsModel;
let drawn: number;
beforeEach(() => {
  vi.resetAllMocks();
  const entries = [b, a];
  const runs = {
    entries,
    leftOut: [],
    find: (folder: string) => entries.find((entry) => entry.folder === folder),
    changed: new Emitter<RunEntry | null>().event,
  } as unknown as RunsModel;
  sweeps = new SweepsModel(() => []);
  list = new RunList(memento());
  current = new CurrentRun(memento(), runs);
  tree = new RunsTree(runs, current, list, { warn: () => undefined } as never, sweeps);
  drawn = 0;
  tree.onDidChangeTreeData(() => drawn++);
});

test('without a filter there are only the runs, in the order of the list', async () => {
  expect(tree.getChildren()).toEqual([b, a]);
  await list.sortBy('name');
  expect(tree.getChildren()).toEqual([a, b]);
  expect(drawn).toBe(1);
  expect(tree.getTreeItem(a)).toMatchObject({ label: 'a', contextValue: 'run.finished' });
});

test('with a filter the first line says how many runs it hides and by what, and clears it', async () => {
  await list.filterBy({ text: ' baseline ', states: ['finished'] });
  const [line, ...rest] = tree.getChildren();
  expect(rest).toEqual([a]);
  expect(tree.getTreeItem(line!)).toMatchObject({
    label: '1 run is hidden',
    description: 'baseline · finished',
    contextValue: 'filter',
    command: { command: 'vae.clearRunFilter' },
  });
  expect(editor.commands.executeCommand).toHaveBeenLastCalledWith('setContext', 'vae.runsFiltered', true);
  // Clicking it chooses no run.
  editor.tree.selected.fire({ selection: [line] });
  expect(current.folder).toBe(b.folder);
  await list.filterBy({ text: 'nothing' });
  expect(tree.getChildren()).toHaveLength(1);
  expect(tree.getTreeItem(tree.getChildren()[0]!)).toMatchObject({ label: '2 runs are hidden' });
  await list.clearFilter();
  expect(tree.getChildren()).toEqual([b, a]);
  expect(editor.commands.executeCommand).toHaveBeenLastCalledWith('setContext', 'vae.runsFiltered', false);
});

test('the runs of a sweep are below its line, also with a filter', async () => {
  const trials = [
    { number: 1, run: 'a', state: 'finished', ranking: null, bound: -101.25 },
    { number: 2, run: 'c', state: 'waiting', ranking: null, bound: null },
  ];
  const sweep = {
    ...{ name: 's', folder: '/sweeps/s', state: 'running', settings: ['latent'], preset: 'fast' },
    ...{ dataset: 'digits', trials },
  } as unknown as SweepView;
  const entry = { sweep, runs: new Set(['/runs/a', '/runs/c']) };
  sweeps.entries = [entry];
  expect(tree.getChildren()).toEqual([entry, b]);
  expect(tree.getChildren(entry)).toEqual([a]);
  expect(tree.getChildren(a)).toEqual([]);
  expect(tree.getParent(a)).toBe(entry);
  expect(tree.getParent(b)).toBeUndefined();
  expect(tree.getTreeItem(entry)).toMatchObject({
    label: 's',
    description: 'training · 1 of 2 trials · best −101.3',
    contextValue: 'sweep.running',
    collapsibleState: 1,
  });
  await list.filterBy({ states: ['failed'] });
  expect(tree.getChildren().slice(1)).toEqual([b]);
  await list.filterBy({ states: ['finished'] });
  expect(tree.getChildren().slice(1)).toEqual([entry]);
  // Clicking the line opens the sweep, and chooses no run.
  editor.tree.selected.fire({ selection: [entry] });
  expect(current.folder).toBe(b.folder);
  sweeps.entries = [{ sweep: { name: 's', folder: '/sweeps/s', damage: 'torn' }, runs: new Set() }];
  await list.clearFilter();
  expect(tree.getTreeItem(tree.getChildren()[0]!)).toMatchObject({
    ...{ description: 'damaged', contextValue: 'sweep.damaged', tooltip: 'torn' },
  });
});

test('a run is scrolled to where the tree is visible and lists it, and stays unselected', async () => {
  await tree.reveal('/runs/a');
  expect(editor.tree.reveal.mock.calls).toEqual([[a, { select: false, focus: false }]]);
  await list.filterBy({ states: ['failed'] });
  await tree.reveal('/runs/a');
  editor.tree.visible = false;
  await tree.reveal('/runs/b');
  editor.tree.visible = true;
  expect(editor.tree.reveal).toHaveBeenCalledOnce();
  expect((tree as vscode.TreeDataProvider<RunEntry>).getParent!(a)).toBeUndefined();
});
