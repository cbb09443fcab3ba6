import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ComparedRuns } from '../../../src/host/compare/compared-runs';
import { Engines } from '../../../src/host/engines/engines';
import { CurrentRun } from '../../../src/host/runs/current-run';
import { tellVanished } from '../../../src/host/runs/forget-run';
import { RunsModel } from '../../../src/host/runs/runs-model';
import { changeAbout } from '../../../src/runs/about';
import { createRunFolder, writeConfig } from '../../../src/runs/store';
import * as editor from '../editor';
import { memento } from '../memento';
import { config, reportingEngine, until, useFolder } from '../support';

vi.mock('vscode', () => import('../editor'));
const folder = useFolder();
let root: string;
let engines: Engines;
let runs: RunsModel;
let current: CurrentRun;
let compared: ComparedRuns;
let forgotten: string[];
beforeEach(() => {
  vi.resetAllMocks();
  root = join(folder.path(), '.vae', 'runs');
  engines = new Engines({
    ...{ engineFolder: folder.path(), checkAllowed: () => undefined },
    choose: () => ({ engine: 'auto', threads: 0 }),
  });
  runs = new RunsModel(() => [root], engines);
  current = new CurrentRun(memento(), runs);
  compared = new ComparedRuns();
  forgotten = [];
  const interpolation = { forget: (path: string) => Promise.resolve(void forgotten.push(basename(path))) };
  const log = { warn: () => undefined };
  tellVanished({ runs, current, compared, interpolation, log } as unknown as Parameters<
    typeof tellVanished
  >[0]);
});
afterEach(() => {
  runs.dispose();
  engines.dispose();
});

async function make(name: string, second: number): Promise<string> {
  const path = await createRunFolder(root, name, new Date(Date.UTC(2026, 0, 1, 0, 0, second)));
  await writeConfig(path, config({ name }));
  return path;
}
const said = (): unknown[] => editor.window.showWarningMessage.mock.calls.map(([text]) => text);

test('a run whose folder is deleted by hand is told of once, by its name, and the window moves on', async () => {
  const [first, second, third] = [await make('a', 1), await make('b', 2), await make('c', 3)];
  await changeAbout(second, () => ({ name: 'Faces' }));
  await runs.refresh();
  await current.choose(second);
  compared.set([first, second, third]);
  let changes = 0;
  current.changed(() => changes++);
  await rm(second, { recursive: true });
  await runs.refresh();
  await until(() => forgotten.length > 0);
  expect(said()).toEqual(['VAE: the folder of the run Faces is gone: it was deleted or moved.']);
  expect([current.folder, changes]).toEqual([third, 1]);
  expect(compared.folders).toEqual([first, third]);
  expect(forgotten).toEqual([basename(second)]);
  for (let i = 0; i < 3; i++) await runs.refresh();
  // Where it comes back and goes again, as on a disk that comes and goes, that is no news; nor does the window return to it.
  await mkdir(second);
  await writeConfig(second, config({ name: 'b' }));
  await runs.refresh();
  expect(runs.find(second)).toBeDefined();
  expect(current.folder).toBe(third);
  await rm(second, { recursive: true });
  await runs.refresh();
  expect(said()).toHaveLength(1);
});

test('several that go at once are one message', async () => {
  for (let i = 0; i < 5; i++) await make(`r${i}`, i);
  await runs.refresh();
  await rm(join(folder.path(), '.vae'), { recursive: true });
  await runs.refresh();
  expect(said()).toEqual([
    'VAE: the folders of 5 runs are gone; they were deleted or moved: r4, r3, r2 and others.',
  ]);
  expect(current.folder).toBeUndefined();
});

test('one that is being deleted is told of when its folder is gone, and one that is moved', async () => {
  const [first, second] = [await make('a', 1), await make('b', 2)];
  await runs.refresh();
  await rm(join(first, 'config.json'));
  await runs.refresh();
  expect(runs.entries).toHaveLength(1);
  expect(said()).toEqual([]);
  await rm(first, { recursive: true });
  await rename(second, join(folder.path(), 'elsewhere'));
  await runs.refresh();
  expect(said()).toEqual(['VAE: the folders of these runs are gone; they were deleted or moved: b, a.']);
});

test('a run that this window deletes, and one that is only out of sight, are no news', async () => {
  const deleted = await make('a', 1);
  await make('b', 2);
  await runs.refresh();
  runs.expectEnd(deleted);
  await rm(deleted, { recursive: true });
  await runs.refresh();
  const before = root;
  root = join(folder.path(), 'other', 'runs');
  await runs.refresh();
  expect(runs.entries).toEqual([]);
  await rm(before, { recursive: true });
  await runs.refresh();
  expect(said()).toEqual([]);
});

test('an engine of a run that is gone is asked to stop: it could record nothing more', async () => {
  const path = await make('a', 1);
  const engine = await reportingEngine(path);
  await runs.refresh();
  expect(runs.find(path)!.connection.status?.state).toBe('training');
  await rm(path, { recursive: true });
  await runs.refresh();
  await until(() => engine.calls.includes('stop'));
  expect(said()).toHaveLength(1);
  await engine.endpoint.close();
});
