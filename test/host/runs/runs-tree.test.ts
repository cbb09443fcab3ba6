import { beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { Emitter } from '../../../src/host/emitter';
import { CurrentRun } from '../../../src/host/runs/current-run';
import { RunList } from '../../../src/host/runs/run-list';
import { RunsTree } from '../../../src/host/runs/runs-tree';
import type { RunEntry, RunsModel } from '../../../src/host/runs/runs-model';
import * as editor from '../editor';
import { memento } from '../memento';
import { runEntry } from '../window';

vi.mock('vscode', () => import('../editor'));

const a = runEntry('/runs/a', { about: { tags: ['baseline'] } });
const b = runEntry('/runs/b', { outcome: 'failed' });
let list: RunList;
let current: CurrentRun;
let tree: RunsTree;
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
  list = new RunList(memento());
  current = new CurrentRun(memento(), runs);
  tree = new RunsTree(runs, current, list, { warn: () => undefined } as never);
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
