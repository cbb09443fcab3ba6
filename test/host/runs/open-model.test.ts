import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { openModel as openInChild, previewModel } from '../../../src/endpoint/open-model';
import { openModel } from '../../../src/host/runs/open-model';
import { NotAllowedError } from '../../../src/host/trust';
import type { ModelQuestion, OpenedModel } from '../../../src/protocol/schemas/opened';
import * as editor from '../editor';
import { useFolder } from '../support';
import { windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
vi.mock('../../../src/endpoint/open-model', () => ({ openModel: vi.fn(), previewModel: vi.fn() }));

const folder = useFolder();
const OPENED: OpenedModel = {
  ...{ type: 'opened', folder: 'x', latent: 1200, images: 4000, notes: ['a note'] },
};
const SCALE: ModelQuestion = {
  ...{ type: 'question', key: 'output-scale', message: 'How are pixels scaled' },
  choices: ['unit', 'signed'],
};
const ARGUMENT = { encoder: '/m/encoder.onnx', decoder: '/m/decoder.onnx', data: '/images' };

beforeEach(() => {
  editor.workspace.workspaceFolders = [
    { uri: vscode.Uri.file(folder.path()), name: 'project', index: 0 },
  ] as never;
  vi.mocked(openInChild).mockResolvedValue(OPENED);
});
afterEach(() => {
  vi.resetAllMocks();
  editor.workspace.isTrusted = true;
  editor.workspace.workspaceFolders = undefined;
});

/** Answers the three dialogs for files. */
function chooseFiles(): void {
  for (const path of [ARGUMENT.encoder, ARGUMENT.decoder, ARGUMENT.data])
    vi.mocked(vscode.window.showOpenDialog).mockResolvedValueOnce([vscode.Uri.file(path)]);
}
function pick(label: string, description?: string): void {
  vi.mocked(vscode.window.showQuickPick).mockImplementationOnce(async (items) =>
    (await items).find(
      (item) => item.label === label && (description ?? item.description) === item.description,
    ),
  );
}
const answers = (): unknown[] =>
  vi.mocked(openInChild).mock.calls.map(([{ answers: given }]) => ({ ...given }));
const runs = (): Promise<string[]> => readdir(join(folder.path(), '.vae', 'runs')).catch(() => []);

test('two files and a folder of images become a run, which is shown', async () => {
  chooseFiles();
  const { host, done } = windowWith([]);
  const result = await openModel(host);
  expect(result).toMatchObject({ latent: 1200, notes: ['a note'] });
  const [request, runFolder] = vi.mocked(openInChild).mock.calls[0]!;
  expect(request).toMatchObject({ files: [ARGUMENT.encoder, ARGUMENT.decoder], data: '/images' });
  expect(result!.runUri).toBe(vscode.Uri.file(runFolder).toString());
  expect(done).toContain(`show ${runFolder}`);
  const [text] = vi.mocked(vscode.window.showInformationMessage).mock.calls[0]!;
  expect(text).toContain('1,200 latent dimensions, 4,000 images');
  expect(text).toContain('a note.');
});

test('the scale of pixels is asked with a picture of the choices, which is closed and removed then', async () => {
  chooseFiles();
  vi.mocked(openInChild).mockResolvedValueOnce(SCALE).mockResolvedValue(OPENED);
  pick('Pixels from -1 to 1', 'rows 3 and 4 of the picture');
  vi.mocked(previewModel).mockImplementationOnce((_request, path) => {
    editor.window.tabGroups.all = [
      { tabs: [{ input: { uri: vscode.Uri.file(path) } }, { input: undefined }] },
    ];
    return Promise.resolve();
  });
  await openModel(windowWith([]).host);
  expect(answers()).toEqual([{}, { 'output-scale': 'signed' }]);
  const picture = vi.mocked(previewModel).mock.calls[0]![1];
  expect(vi.mocked(vscode.commands.executeCommand).mock.calls[0]!.slice(0, 2)).toMatchObject([
    'vscode.open',
    { fsPath: picture },
  ]);
  expect(editor.window.tabGroups.close).toHaveBeenCalledWith([editor.window.tabGroups.all[0]!.tabs[0]]);
  await expect(readdir(join(picture, '..'))).rejects.toThrow('ENOENT');
  editor.window.tabGroups.all = [];
});

test('which output is the spread is asked with its kind', async () => {
  const spread: ModelQuestion = { ...SCALE, key: 'log-variance', choices: ['b', ''] };
  const expected = [
    ['b', 'is the log-variance', { 'log-variance': 'b' }],
    ['b', 'is the standard deviation', { 'standard-deviation': 'b' }],
    ['None of Them', undefined, { 'log-variance': '' }],
  ] as const;
  for (const [label, description, answer] of expected) {
    chooseFiles();
    vi.mocked(openInChild).mockResolvedValueOnce(spread);
    pick(label, description);
    await openModel(windowWith([]).host);
    expect(answers().at(-1)).toEqual(answer);
  }
});

test('nothing is left when a question is dismissed, or the files are refused', async () => {
  chooseFiles();
  vi.mocked(openInChild).mockResolvedValueOnce({ ...SCALE, key: 'size', choices: null });
  expect(await openModel(windowWith([]).host)).toBeUndefined();
  vi.mocked(openInChild).mockRejectedValueOnce(new Error('the encoder is refused'));
  await expect(openModel(windowWith([]).host, ARGUMENT)).rejects.toThrow('the encoder is refused');
  expect(await runs()).toEqual([]);
});

test('a program is told what to answer, and asked nothing', async () => {
  vi.mocked(openInChild).mockResolvedValueOnce(SCALE);
  await expect(openModel(windowWith([]).host, ARGUMENT)).rejects.toThrow(
    "Answer 'output-scale' with one of 'unit', 'signed'",
  );
  await openModel(windowWith([]).host, { ...ARGUMENT, answers: { 'output-scale': 'unit' } });
  expect(answers().at(-1)).toEqual({ 'output-scale': 'unit' });
  await expect(openModel(windowWith([]).host, { encoder: '' })).rejects.toThrow('encoder');
  expect(vscode.window.showQuickPick).not.toHaveBeenCalled();
});

test('nothing is opened in a folder that is not trusted', async () => {
  editor.workspace.isTrusted = false;
  await expect(openModel(windowWith([]).host, ARGUMENT)).rejects.toThrow(NotAllowedError);
  expect(openInChild).not.toHaveBeenCalled();
});
