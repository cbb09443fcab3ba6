import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NotAllowedError } from '../../../src/host/trust';
import { nextSeed, trainAgain } from '../../../src/host/training/train-again';
import type { RunConfig } from '../../../src/runs/config';
import * as editor from '../editor';
import { config, useFolder } from '../support';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
const folder = useFolder();
beforeEach(() => {
  editor.workspace.isTrusted = true;
  editor.workspace.workspaceFolders = [{ uri: editor.Uri.file(folder.path()) }];
});
afterEach(() => {
  vi.resetAllMocks();
  editor.workspace.workspaceFolders = undefined;
});

const run = (name: string, of: Partial<RunConfig> = {}) =>
  runEntry(join(folder.path(), '.vae', 'runs', name), { record: { config: config({ name, ...of }) } });

/** The new folder among the runs. */
const newRun = async (): Promise<string[]> => readdir(join(folder.path(), '.vae', 'runs'));

test('a new run has the dataset, the preset and the settings of the other, and another seed', async () => {
  vi.mocked(editor.window.showQuickPick).mockImplementation((items) =>
    Promise.resolve((items as unknown[])[0]),
  );
  const entry = run('a');
  const { host, requests, done } = windowWith([entry]);
  const result = await trainAgain(host, entry.folder);
  const [request] = requests;
  expect(request).toMatchObject({
    source: { kind: 'digits', count: 1000, seed: 0 },
    preset: 'fast',
    seed: 1,
    set: { 'training.optimizer.name': 'sgd', 'training.samples': '1000', 'data.width': '28' },
  });
  const created = fileURLToPath(result!.runUri);
  expect(await newRun()).toEqual([created.split('/').pop()]);
  expect(done).toEqual([
    `show ${created}`,
    'show explorer {"tab":"train"}',
    `train ${created}`,
    'prepared',
    'refresh',
  ]);
});

test('it is asked whether the seed is a new one or the same', async () => {
  let offered: unknown[] = [];
  vi.mocked(editor.window.showQuickPick).mockImplementation((items) => {
    offered = items as unknown[];
    return Promise.resolve(offered[1]);
  });
  const entries = [run('a', { seed: 4 }), run('b', { seed: 9 })];
  const { host, requests } = windowWith(entries);
  await trainAgain(host, entries[0]!.folder);
  expect(offered).toMatchObject([
    { label: 'New Seed', description: '10' },
    { label: 'Same Seed', description: '4' },
  ]);
  expect(requests[0]!.seed).toBe(4);
  vi.mocked(editor.window.showQuickPick).mockResolvedValue(undefined);
  expect(await trainAgain(host, entries[0]!.folder)).toBeUndefined();
  expect(requests).toHaveLength(1);
});

test('a new seed is above those of runs with the same images and preset', () => {
  const other = { ...config().data, fingerprint: '1'.repeat(64) };
  const entries = [run('a'), run('b', { seed: 7 }), run('c', { seed: 20, preset: 'aevb' })];
  expect(nextSeed(entries[0]!, [...entries, run('d', { seed: 30, data: other })])).toBe(8);
  expect(nextSeed(run('e', { seed: Number.MAX_SAFE_INTEGER }), [])).toBe(0);
});

test('a program names the seed, or gets a new one', async () => {
  const entry = run('a', { seed: 2 });
  const { host, requests } = windowWith([entry]);
  await trainAgain(host, { run: entry.folder });
  await trainAgain(host, { run: entry.folder, seed: 2 });
  expect(requests.map(({ seed }) => seed)).toEqual([3, 2]);
  expect(editor.window.showQuickPick).not.toHaveBeenCalled();
  for (const seed of ['2', -1, 1.5])
    await expect(trainAgain(host, { run: entry.folder, seed })).rejects.toThrow('seed: got');
});

test('images that have gone are named before anything starts', async () => {
  const place = join(folder.path(), 'photos');
  const source = { kind: 'folder', uri: pathToFileURL(place).href } as const;
  const entry = run('a', { data: { ...config().data, source } });
  const { host, requests } = windowWith([entry]);
  await expect(trainAgain(host, { run: entry.folder })).rejects.toThrow(`${place}: the images of this run`);
  expect(requests).toEqual([]);
  await mkdir(place);
  await trainAgain(host, { run: entry.folder });
  expect(requests[0]!.source).toMatchObject(source);
});

test('a failed start leaves no folder', async () => {
  const entry = run('a');
  const { host } = windowWith([entry], undefined, ['no engine']);
  await expect(trainAgain(host, { run: entry.folder })).rejects.toThrow('no engine');
  expect(await newRun()).toEqual([]);
});

test('needs trust, a workspace and a run that can be read', async () => {
  const damaged = { ...run('d'), record: null, damage: 'config.json is not JSON' };
  const { host } = windowWith([damaged]);
  await expect(trainAgain(host, { run: damaged.folder })).rejects.toThrow('config.json is not JSON');
  editor.workspace.workspaceFolders = undefined;
  await expect(trainAgain(host, { run: damaged.folder })).rejects.toThrow('Open a folder first');
  editor.workspace.isTrusted = false;
  await expect(trainAgain(host, { run: damaged.folder })).rejects.toThrow(NotAllowedError);
});
