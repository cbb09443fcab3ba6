import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { compareRuns } from '../../../src/host/compare/compare-runs';
import type { RunEntry } from '../../../src/host/runs/runs-model';
import * as editor from '../editor';
import { config, useFolder } from '../support';
import { runEntry, windowWith } from '../window';
import { RunLine } from '../../../src/host/runs/tree-lines';

vi.mock('vscode', () => import('../editor'));
const folder = useFolder();
const at = (name: string): string => join(folder.path(), name);
const uri = (name: string): string => pathToFileURL(at(name)).href;
const NAMES = Array.from({ length: 9 }, (_, i) => `run ${i}`);

beforeEach(async () => {
  for (const name of NAMES) {
    await mkdir(at(name));
    await writeFile(join(at(name), 'config.json'), JSON.stringify(config({ name, preset: name })));
  }
});
afterEach(() => {
  vi.resetAllMocks();
});

/** A window with these runs, by their names. */
const windowOf = (...names: readonly string[]) => windowWith(names.map((name) => runEntry(at(name))));

/** Answers the question with the runs of these names; says which were offered, and which of them were ticked. */
function choose(...names: readonly string[]) {
  const question = { offered: [] as string[], ticked: [] as string[], options: {} as unknown };
  editor.window.showQuickPick.mockImplementation((items, options) => {
    const entries = items as { entry: RunEntry; picked: boolean }[];
    const nameOf = ({ entry }: { entry: RunEntry }): string => entry.record!.name;
    question.offered = entries.map(nameOf);
    question.ticked = entries.filter(({ picked }) => picked).map(nameOf);
    question.options = options;
    return Promise.resolve(entries.filter((item) => names.includes(nameOf(item))));
  });
  return question;
}

describe('a program compares', () => {
  test.each([
    ['folders', () => [at('run 1'), at('run 0')]],
    ['URIs', () => [uri('run 1'), uri('run 0')]],
    ['what the API calls URIs', () => [vscode.Uri.file(at('run 1')), vscode.Uri.file(at('run 0'))]],
    ['an object with either', () => ({ runs: [at('run 1'), uri('run 0')] })],
    ['a run that it names twice, once', () => [at('run 1'), at('run 0'), uri('run 1')]],
  ])('%s', async (_what, argument) => {
    const { host, compared, done } = windowOf('run 0', 'run 1', 'run 2');
    const data = await compareRuns(host, argument());
    expect(data!.runs.map((run) => [run.uri, run.preset])).toEqual([
      [uri('run 1'), 'run 1'],
      [uri('run 0'), 'run 0'],
    ]);
    // A page and a program know runs by their URIs alone.
    expect(data!.runs[0]).not.toHaveProperty('folder');
    expect(data!.settings.find(({ name }) => name === 'preset')?.values).toEqual(['run 1', 'run 0']);
    expect(compared.folders).toEqual([at('run 1'), at('run 0')]);
    expect(done).toEqual(['show comparison']);
  });

  test.each([[3], [{ runs: 'a' }], [{ runs: [], more: 1 }], ['a']])(
    'nothing where it gives %j',
    async (argument) => {
      const refused = compareRuns(windowOf('run 0', 'run 1').host, argument);
      await expect(refused).rejects.toThrow('expected a list of runs: folders, or file URIs');
    },
  );

  test.each([[{}], [''], [null], [undefined]])('nothing where %j is to be a run', async (run) => {
    const refused = compareRuns(windowOf('run 0', 'run 1').host, [at('run 0'), run]);
    await expect(refused).rejects.toThrow('expected the folder of a run, as a path or a URI');
  });

  test.each([
    [0, []],
    [1, ['run 0']],
    [1, ['run 0', 'run 0']],
    [9, NAMES],
  ])('not %i runs', async (count, names) => {
    const { host, compared, done } = windowOf(...NAMES);
    await expect(compareRuns(host, names.map(at))).rejects.toThrow(
      `VAE compares 2 to 8 runs; ${count} were chosen.`,
    );
    expect(compared.folders).toEqual([]);
    expect(done).toEqual([]);
  });

  test('as many as eight', async () => {
    expect((await compareRuns(windowOf(...NAMES).host, NAMES.slice(1).map(at)))!.runs).toHaveLength(8);
  });

  test('only runs of the workspace', async () => {
    const refused = compareRuns(windowOf('run 0', 'run 1').host, [at('run 0'), at('run 2')]);
    await expect(refused).rejects.toThrow('run 2 is not a run of this workspace.');
  });
});

describe('a person compares', () => {
  test('the lines selected in the tree, without a question', async () => {
    const { host, compared } = windowOf('run 0', 'run 1', 'run 2');
    const [first, , last] = host.runs.entries.map(({ folder }) => new RunLine(folder));
    await compareRuns(host, first, [last, first]);
    expect(compared.folders).toEqual([at('run 2'), at('run 0')]);
    expect(editor.window.showQuickPick).not.toHaveBeenCalled();
  });

  test('a line that was clicked, with others that are chosen then', async () => {
    const question = choose('run 1', 'run 2');
    const { host, compared } = windowOf('run 0', 'run 1', 'run 2');
    compared.set([at('run 2')]);
    const clicked = new RunLine(host.runs.entries[1]!.folder);
    await compareRuns(host, clicked, [clicked]);
    expect(question).toMatchObject({
      offered: ['run 0', 'run 1', 'run 2'],
      ticked: ['run 1'],
      options: { canPickMany: true },
    });
    expect(compared.folders).toEqual([at('run 1'), at('run 2')]);
  });

  test('again what was compared before, or something else', async () => {
    const question = choose('run 0', 'run 1');
    const { host, compared } = windowOf('run 0', 'run 1', 'run 2');
    compared.set([at('run 2'), at('run 0')]);
    await compareRuns(host);
    expect(question.ticked).toEqual(['run 0', 'run 2']);
    expect(compared.folders).toEqual([at('run 0'), at('run 1')]);
  });

  test('only runs that are written', async () => {
    const question = choose();
    const entries = NAMES.slice(0, 2).map((name) => runEntry(at(name)));
    const { host } = windowWith([runEntry(at('new'), { outcome: null }), ...entries]);
    await expect(compareRuns(host)).rejects.toThrow('0 were chosen');
    expect(question.offered).toEqual(['run 0', 'run 1']);
  });

  test('nothing where there are not two runs, or where the question is dismissed', async () => {
    await expect(compareRuns(windowOf('run 0').host)).rejects.toThrow('fewer than two runs');
    const { host, compared, done } = windowOf('run 0', 'run 1');
    compared.set([at('run 0'), at('run 1')]);
    expect(await compareRuns(host)).toBeUndefined();
    expect(compared.folders).toEqual([at('run 0'), at('run 1')]);
    expect(done).toEqual(['refresh']);
  });
});
