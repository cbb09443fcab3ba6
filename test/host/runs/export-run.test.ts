import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { exportRun as runExport } from '../../../src/endpoint/export-run';
import { exportRun } from '../../../src/host/runs/export-run';
import { NotAllowedError } from '../../../src/host/trust';
import * as editor from '../editor';
import { eventually } from '../../support/eventually';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
vi.mock('../../../src/endpoint/export-run', () => ({ exportRun: vi.fn() }));

const A = '/project/.vae/runs/20260102-030405-a';
const window = (checkpoints: readonly number[] = [1200]) =>
  windowWith([runEntry(A, { about: { name: 'Faces' }, record: { checkpoints } })]).host;
const files = (folder: string): string[] => [join(folder, 'encoder.onnx'), join(folder, 'decoder.onnx')];

beforeEach(() => {
  editor.workspace.fs.stat.mockRejectedValue(new Error('not found'));
  vi.mocked(runExport).mockImplementation(({ folder, runFolder }) =>
    Promise.resolve({
      ...{ type: 'export', files: files(folder ?? join(runFolder, 'export')), step: 1200, notes: [] },
    }),
  );
});
afterEach(() => {
  vi.resetAllMocks();
  editor.workspace.isTrusted = true;
  editor.env.remoteName = undefined;
});

/** Chooses these entries, by their labels, of the lists in their order. */
function pick(...labels: string[]): void {
  for (const label of labels)
    vi.mocked(vscode.window.showQuickPick).mockImplementationOnce(async (items) =>
      (await items).find((item) => item.label === label),
    );
}
const asked = (): unknown[] =>
  vi.mocked(runExport).mock.calls.map(([{ runFolder, format, folder }]) => [runFolder, format, folder]);
const said = (): unknown[] =>
  vi.mocked(vscode.window.showInformationMessage).mock.calls.map(([text]) => text);
const executed = (): unknown[] =>
  vi
    .mocked(vscode.commands.executeCommand)
    .mock.calls.map(([command, uri]) => [command, (uri as vscode.Uri).fsPath]);

test('a run is exported into its folder, and the message leads there', async () => {
  pick('ONNX', 'Into the Run Folder');
  vi.mocked(vscode.window.showInformationMessage).mockResolvedValueOnce('Reveal' as never);
  const result = await exportRun(window(), A);
  expect(result).toEqual({
    ...{ uris: files(join(A, 'export')).map((path) => `file://${path}`), step: 1200, notes: [] },
  });
  expect(asked()).toEqual([[A, 'onnx', null]]);
  expect(vi.mocked(runExport).mock.calls[0]![0].engineFolder).toBe('/extension/dist/engine');
  expect(said()).toEqual([
    `VAE: Faces is exported as at step 1,200: encoder.onnx, decoder.onnx in ${join(A, 'export')}`,
  ]);
  await eventually(executed).toEqual([['revealFileInOS', join(A, 'export', 'encoder.onnx')]]);
});

test('how far it is, and what the files lack, are said', async () => {
  pick('ONNX', 'Into the Run Folder');
  const reports: unknown[] = [];
  vi.mocked(vscode.window.withProgress).mockImplementationOnce((_options, work) => {
    const onCancellationRequested = () => ({ dispose: () => undefined });
    return work({ report: (value) => void reports.push(value) }, { onCancellationRequested } as never);
  });
  vi.mocked(runExport).mockImplementationOnce((_request, _signal, onProgress = () => undefined) => {
    onProgress({ type: 'progress', text: '1 of 4 images', done: 1, total: 4 });
    onProgress({ type: 'progress', text: '3 of 4 images', done: 3, total: 4 });
    return Promise.resolve({ type: 'export', files: ['/out/a'], step: 7, notes: ['No map\u202e yet.'] });
  });
  expect(await exportRun(window(), A)).toMatchObject({ notes: ['No map\u202e yet.'] });
  expect(reports).toEqual([
    { message: 'encoder.onnx, decoder.onnx' },
    { message: '1 of 4 images', increment: 25 },
    { message: '3 of 4 images', increment: 50 },
  ]);
  const [text] = said() as [string];
  expect(text).toMatch(/^VAE: Faces is exported as at step 7: a in \/out No map.* yet\.$/);
  expect(text).not.toContain('\u202e');
});

test('where the editor runs elsewhere, files are revealed in its own explorer, and the folder can be opened', async () => {
  editor.env.remoteName = 'ssh-remote';
  for (const action of ['Reveal', 'Open Folder']) {
    pick('ONNX', 'Into the Run Folder');
    vi.mocked(vscode.window.showInformationMessage).mockResolvedValueOnce(action as never);
    await exportRun(window(), A);
  }
  await eventually(executed).toEqual([
    ['revealInExplorer', join(A, 'export', 'encoder.onnx')],
    ['vscode.openFolder', join(A, 'export')],
  ]);
});

test('into a folder that is chosen, and over files there only after a question', async () => {
  const choose = (): void => {
    pick('ONNX', 'Choose Folder…');
    vi.mocked(vscode.window.showOpenDialog).mockResolvedValueOnce([vscode.Uri.file('/out')]);
  };
  choose();
  await exportRun(window(), A);
  expect(asked()).toEqual([[A, 'onnx', '/out']]);
  expect(vscode.window.showWarningMessage).not.toHaveBeenCalled();
  editor.workspace.fs.stat.mockImplementation((uri) =>
    (uri as vscode.Uri).fsPath === '/out/decoder.onnx' ? Promise.resolve({}) : Promise.reject(new Error()),
  );
  choose();
  expect(await exportRun(window(), A)).toBeUndefined();
  expect(vi.mocked(vscode.window.showWarningMessage).mock.calls[0]).toMatchObject([
    'Replace the file that is there?',
    { modal: true, detail: '/out/decoder.onnx' },
    'Replace',
  ]);
  expect(asked()).toHaveLength(1);
  choose();
  vi.mocked(vscode.window.showWarningMessage).mockResolvedValueOnce('Replace' as never);
  await exportRun(window(), A);
  expect(asked()).toHaveLength(2);
});

test('each kind of table is a choice, and asks for the file that it is', async () => {
  const offered: string[] = [];
  vi.mocked(vscode.window.showQuickPick).mockImplementationOnce(async (items) => {
    for (const { label, description } of await items) offered.push(`${label}: ${description}`);
    return (await items).find(({ label }) => label === 'Table of Images (CSV)');
  });
  pick('Choose Folder…');
  vi.mocked(vscode.window.showOpenDialog).mockResolvedValueOnce([vscode.Uri.file('/out')]);
  editor.workspace.fs.stat.mockImplementation((uri) =>
    (uri as vscode.Uri).fsPath === '/out/latents.csv' ? Promise.resolve({}) : Promise.reject(new Error()),
  );
  vi.mocked(vscode.window.showWarningMessage).mockResolvedValueOnce('Replace' as never);
  await exportRun(window(), A);
  expect(offered).toEqual(
    expect.arrayContaining([
      'ONNX: encoder.onnx, decoder.onnx',
      'PyTorch: model.py, model.safetensors',
      'Table of Images (Parquet): latents.parquet',
      'Table of Images (CSV): latents.csv',
      'Table of Images (NumPy): latents.npz',
      'TensorBoard: tensorboard',
      'TensorFlow.js: tfjs',
      'Model Card: model-card.md, model-card',
    ]),
  );
  expect(new Set(offered).size).toBe(offered.length);
  expect(vi.mocked(vscode.window.showWarningMessage).mock.calls[0]![1]).toMatchObject({
    detail: '/out/latents.csv',
  });
  expect(vi.mocked(runExport).mock.calls[0]![0]).toMatchObject({ format: 'latents', table: 'csv' });
});

test('of many files the message says how many there are', async () => {
  pick('TensorBoard', 'Into the Run Folder');
  const names = ['events', 'train/events', 'vectors.tsv', 'metadata.tsv'];
  vi.mocked(runExport).mockResolvedValueOnce({
    ...{ type: 'export', step: 3, notes: [] },
    files: names.map((name) => join('/out/tensorboard', name)),
  });
  await exportRun(window(), A);
  expect(said()).toEqual([`VAE: Faces is exported as at step 3: 4 files in ${join('/out', 'tensorboard')}`]);
});

test('a program is asked nothing, and replaces files only where it says so', async () => {
  expect(await exportRun(window(), { run: A })).toMatchObject({ step: 1200 });
  editor.workspace.fs.stat.mockResolvedValue({});
  await expect(exportRun(window(), { run: A, folder: '/out' })).rejects.toThrow(
    '/out/encoder.onnx, /out/decoder.onnx already exists; choose another folder, or overwrite it.',
  );
  await exportRun(window(), { run: A, format: 'onnx', folder: '/out', overwrite: true });
  expect(asked()).toEqual([
    [A, 'onnx', null],
    [A, 'onnx', '/out'],
  ]);
  expect(vscode.window.showQuickPick).not.toHaveBeenCalled();
  await expect(exportRun(window(), { run: A, format: 'pickle' })).rejects.toThrow(
    /format: got 'pickle', expected/,
  );
});

test.each([
  ['a format', []],
  ['a place', ['ONNX']],
  ['a folder', ['ONNX', 'Choose Folder…']],
])('nothing is exported where the question for %s is dismissed', async (_what, labels) => {
  pick(...labels);
  expect(await exportRun(window(), A)).toBeUndefined();
  expect(asked()).toEqual([]);
});

test('a run without a checkpoint, and one in an untrusted workspace, are refused before anything is asked', async () => {
  await expect(exportRun(window([]), A)).rejects.toThrow('Faces has no checkpoint yet');
  editor.workspace.isTrusted = false;
  await expect(exportRun(window(), A)).rejects.toThrow(NotAllowedError);
  expect(vscode.window.showQuickPick).not.toHaveBeenCalled();
});

test('a cancelled export is said and no error; another failure is one', async () => {
  pick('ONNX', 'Into the Run Folder');
  vi.mocked(vscode.window.withProgress).mockImplementationOnce((_options, work) => {
    const listeners: (() => unknown)[] = [];
    const onCancellationRequested = (listener: () => unknown) => {
      listeners.push(listener);
      return { dispose: () => undefined };
    };
    const working = work({ report: () => undefined }, { onCancellationRequested } as never);
    for (const listener of listeners) listener();
    return working;
  });
  vi.mocked(runExport).mockImplementationOnce((_request, signal) =>
    signal.aborted
      ? Promise.reject(new Error('aborted'))
      : new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        ),
  );
  expect(await exportRun(window(), A)).toBeUndefined();
  expect(said()).toEqual(['VAE: the export of Faces was cancelled.']);
  pick('ONNX', 'Into the Run Folder');
  vi.mocked(runExport).mockRejectedValueOnce(new Error('the disk is full'));
  await expect(exportRun(window(), A)).rejects.toThrow('the disk is full');
});

test('which pictures go into a page is asked before anything is exported', async () => {
  pick('Web Page', 'No Images', 'Into the Run Folder');
  await exportRun(window(), A);
  expect(vi.mocked(runExport).mock.calls[0]![0]).toMatchObject({ format: 'html', images: 'none' });
  pick('Web Page', 'a dismissed question');
  expect(await exportRun(window(), A)).toBeUndefined();
  expect(runExport).toHaveBeenCalledTimes(1);
});

test('a program need not name the only run, and names a folder as a path or a URI', async () => {
  await exportRun(window(), { format: 'onnx' });
  for (const folder of ['/out', 'file:///out', vscode.Uri.file('/out')])
    await exportRun(window(), { run: A, folder });
  expect(asked()).toEqual([[A, 'onnx', null], ...Array.from({ length: 3 }, () => [A, 'onnx', '/out'])]);
  expect(vscode.window.showQuickPick).not.toHaveBeenCalled();
});

test.each([
  [{ folder: 'out' }, "folder: got 'out', expected a path that begins at the root, or a file: URI"],
  [{ folder: 'file://host/%zz' }, 'expected a path that begins at the root, or a file: URI'],
  [{ fromat: 'onnx' }, "got an unknown field 'fromat'"],
  [{ run: null }, 'run: got null, expected the folder of a run'],
])('a program that passes %j is told what is wrong', async (argument, message) => {
  await expect(exportRun(window(), argument)).rejects.toThrow(message);
  expect(asked()).toEqual([]);
});

test('files that came in the meantime are replaced only where that was agreed to', async () => {
  const overwrites = (): boolean[] => vi.mocked(runExport).mock.calls.map(([{ overwrite }]) => overwrite);
  await exportRun(window(), { folder: '/out' });
  await exportRun(window(), { folder: '/out', overwrite: true });
  expect(overwrites()).toEqual([false, true]);
});
