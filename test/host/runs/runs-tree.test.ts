import { beforeEach, expect, test, vi } from 'vitest';
import { Emitter } from '../../../src/host/emitter';
import type { SweepView } from '../../../src/domain/sweep';
import { CurrentRun } from '../../../src/host/runs/current-run';
import { RunList } from '../../../src/host/runs/run-list';
import { RunsTree } from '../../../src/host/runs/runs-tree';
import type { RunEntry, RunsModel } from '../../../src/host/runs/runs-model';
import { RunLine, SweepLine } from '../../../src/host/runs/tree-lines';
import * as editor from '../editor';
import { SweepsModel } from '../../../src/host/sweeps/sweeps-model';
import { memento } from '../memento';
import { runEntry } from '../window';

vi.mock('vscode', () => import('../editor'));

const a = runEntry('/runs/a', { about: { tags: ['baseline'] } });
const b = runEntry('/runs/b', { outcome: 'failed' });
const [lineA, lineB] = [new RunLine(a.folder), new RunLine(b.folder)];
let changed: Emitter<RunEntry | null>;
let entries: RunEntry[];
let list: RunList;
let current: CurrentRun;
let tree: RunsTree;
let sweeps: SweepsModel;
let drawn: unknown[];
beforeEach(() => {
  vi.resetAllMocks();
  changed = new Emitter();
  entries = [b, a];
  const runs = {
    get entries() {
      return entries;
    },
    leftOut: [],
    find: (folder: string) => entries.find((entry) => entry.folder === folder),
    changed: changed.event,
  } as unknown as RunsModel;
  sweeps = new SweepsModel(() => []);
  list = new RunList(memento());
  current = new CurrentRun(memento(), runs);
  tree = new RunsTree(runs, current, list, { warn: () => undefined } as never, sweeps);
  drawn = [];
  tree.onDidChangeTreeData((lines) => drawn.push(lines));
});

test('without a filter there are only the runs, in the order of the list', async () => {
  expect(tree.getChildren()).toEqual([lineB, lineA]);
  await list.sortBy('name');
  expect(tree.getChildren()).toEqual([lineA, lineB]);
  expect(drawn).toEqual([undefined]);
  expect(tree.getTreeItem(lineA)).toMatchObject({ label: 'a', contextValue: 'run.finished' });
});

test('with a filter the first line says how many runs it hides and by what, and clears it', async () => {
  await list.filterBy({ text: ' baseline ', states: ['finished'] });
  const [line, ...rest] = tree.getChildren();
  expect(rest).toEqual([lineA]);
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
  expect(tree.getChildren()).toEqual([lineB, lineA]);
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
  sweeps.entries = [{ sweep, runs: new Set(['/runs/a', '/runs/c']) }];
  const line = new SweepLine('/sweeps/s');
  expect(tree.getChildren()).toEqual([line, lineB]);
  expect(tree.getChildren(line)).toEqual([lineA]);
  expect(tree.getChildren(lineA)).toEqual([]);
  expect(tree.getParent(lineA)).toEqual(line);
  expect(tree.getParent(lineB)).toBeUndefined();
  expect(tree.getTreeItem(line)).toMatchObject({
    label: 's',
    description: 'training · 1 of 2 trials · best −101.3',
    contextValue: 'sweep.running',
    collapsibleState: 1,
  });
  await list.filterBy({ states: ['failed'] });
  expect(tree.getChildren().slice(1)).toEqual([lineB]);
  await list.filterBy({ states: ['finished'] });
  expect(tree.getChildren().slice(1)).toEqual([line]);
  // Clicking the line opens the sweep, and chooses no run.
  editor.tree.selected.fire({ selection: [line] });
  expect(current.folder).toBe(b.folder);
  sweeps.entries = [{ sweep: { name: 's', folder: '/sweeps/s', damage: 'torn' }, runs: new Set() }];
  await list.clearFilter();
  expect(tree.getTreeItem(tree.getChildren()[0]!)).toMatchObject({
    ...{ description: 'damaged', contextValue: 'sweep.damaged', tooltip: 'torn' },
  });
});

test('a run is scrolled to where the tree is visible and lists it, and stays unselected', async () => {
  await tree.reveal('/runs/a');
  expect(editor.tree.reveal.mock.calls).toEqual([[lineA, { select: false, focus: false }]]);
  await list.filterBy({ states: ['failed'] });
  await tree.reveal('/runs/a');
  editor.tree.visible = false;
  await tree.reveal('/runs/b');
  editor.tree.visible = true;
  expect(editor.tree.reveal).toHaveBeenCalledOnce();
  expect(tree.getParent(lineA)).toBeUndefined();
});

test('lines that stay are drawn anew without being forgotten, also when runs were read again', () => {
  changed.fire(null);
  const [first, second] = tree.getChildren();
  entries = [runEntry(b.folder, { outcome: 'finished' }), runEntry(a.folder)];
  changed.fire(null);
  // To say that all changed would make VS Code forget its lines until it has read them again.
  expect(drawn).toEqual([undefined, [first, second]]);
  expect((drawn[1] as unknown[])[0]).toBe(first);
  expect(tree.getTreeItem(first!)).toMatchObject({ contextValue: 'run.finished' });
  entries = [entries[1]!];
  changed.fire(null);
  expect(drawn[2]).toBeUndefined();
  // It may be asked for a line that has just gone.
  expect(tree.getTreeItem(first!)).toMatchObject({ label: 'b' });
  expect(tree.getChildren()).toEqual([second]);
});

test('a list that VS Code has read to reveal a line, and not drawn, is drawn', () => {
  changed.fire(null);
  entries = [a];
  tree.getChildren();
  changed.fire(null);
  expect(drawn).toEqual([undefined, undefined]);
});

test('a run that moves below a sweep is a change of the list', () => {
  const sweep = { name: 's', folder: '/sweeps/s', damage: 'torn' };
  sweeps.entries = [{ sweep, runs: new Set<string>() }];
  changed.fire(null);
  sweeps.entries = [{ sweep, runs: new Set([b.folder]) }];
  changed.fire(null);
  expect(drawn).toEqual([undefined, undefined]);
});
