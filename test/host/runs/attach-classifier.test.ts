import { mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { attachClassifier as attachInChild } from '../../../src/endpoint/attach-classifier';
import { attachClassifier, removeClassifier } from '../../../src/host/runs/attach-classifier';
import type { ExtensionServices } from '../../../src/host/services';
import { NotAllowedError } from '../../../src/host/trust';
import type { RunEntry } from '../../../src/host/runs/runs-model';
import type { ClassifierAttached, ClassifierQuestion } from '../../../src/protocol/schemas/attached';
import { writeClassifier, readClassifier } from '../../../src/runs/classifier';
import * as editor from '../editor';
import { useFolder } from '../support';
import { RunLine } from '../../../src/host/runs/tree-lines';

vi.mock('vscode', () => import('../editor'));
vi.mock('../../../src/endpoint/attach-classifier', () => ({ attachClassifier: vi.fn() }));

const folder = useFolder();
const ATTACHED: ClassifierAttached = {
  ...{ type: 'attached', folder: 'x', classes: ['cat', 'dog'], notes: ['a note'] },
};
const SCALE: ClassifierQuestion = {
  ...{ type: 'question', key: 'input-scale', message: 'How are pixels scaled', choices: ['unit', 'signed'] },
  preview: [
    { choice: 'unit', images: [{ id: 'a/1.png', class: 'cat', probability: 0.97 }] },
    { choice: 'signed', images: [] },
  ],
};

/** A window with one run, an engine that notes what it is asked, and what is fired. */
function windowWithRun() {
  const done: string[] = [];
  const entry = { folder: folder.path(), record: null, damage: '', connection: {} } as unknown as RunEntry;
  const host = {
    context: { extensionPath: '/extension' },
    runs: {
      entries: [entry],
      find: (path: string) => (path === entry.folder ? entry : undefined),
      refresh: () => Promise.resolve(),
    },
    engines: { ask: (_run: string, method: string) => Promise.resolve(void done.push(method)) },
    classifierChanged: { fire: () => void done.push('changed') },
  } as unknown as ExtensionServices;
  return { host, done, entry };
}

beforeEach(() => {
  vi.mocked(attachInChild).mockResolvedValue(ATTACHED);
});
afterEach(() => {
  vi.resetAllMocks();
  editor.workspace.isTrusted = true;
});
const chooseFile = (): void =>
  void vi.mocked(vscode.window.showOpenDialog).mockResolvedValueOnce([vscode.Uri.file('/m/mine.onnx')]);
const answers = (): unknown[] =>
  vi.mocked(attachInChild).mock.calls.map(([{ answers: given }]) => ({ ...given }));

test('a file is attached to a run, whose images are classified then', async () => {
  chooseFile();
  const { host, done } = windowWithRun();
  expect(await attachClassifier(host)).toEqual({ classes: ['cat', 'dog'], notes: ['a note'] });
  const [request] = vi.mocked(attachInChild).mock.calls[0]!;
  expect(request).toMatchObject({ runFolder: folder.path(), file: '/m/mine.onnx', answers: {} });
  expect(done).toEqual(['changed', 'classifyAll', 'changed']);
  const [text] = vi.mocked(vscode.window.showInformationMessage).mock.calls[0]!;
  expect(text).toContain('mine.onnx is attached');
  expect(text).toContain('2 classes');
  expect(text).toContain('a note.');
});

test('the scale of pixels is asked with what each would say of some images', async () => {
  chooseFile();
  const asked: unknown[] = [];
  vi.mocked(attachInChild)
    .mockImplementationOnce(({ answers: given }) => (asked.push({ ...given }), Promise.resolve(SCALE)))
    .mockImplementation(({ answers: given }) => (asked.push({ ...given }), Promise.resolve(ATTACHED)));
  let shown: readonly vscode.QuickPickItem[] = [];
  vi.mocked(vscode.window.showQuickPick).mockImplementationOnce(async (items) => {
    shown = await items;
    return shown[1];
  });
  await attachClassifier(windowWithRun().host);
  expect(shown.map(({ label, detail }) => [label, detail])).toEqual([
    ['Pixels from 0 to 1', '1.png: cat, 97 %'],
    ['Pixels from -1 to 1', ''],
  ]);
  expect(asked).toEqual([{}, { 'input-scale': 'signed' }]);
});

test('who dismisses the file or a question attaches nothing', async () => {
  const { host, done } = windowWithRun();
  vi.mocked(vscode.window.showOpenDialog).mockResolvedValueOnce(undefined);
  expect(await attachClassifier(host)).toBeUndefined();
  chooseFile();
  vi.mocked(attachInChild).mockResolvedValueOnce(SCALE);
  vi.mocked(vscode.window.showQuickPick).mockResolvedValueOnce(undefined);
  expect(await attachClassifier(host)).toBeUndefined();
  expect(done).toEqual([]);
});

test('a program is told the choices instead of being asked; without trust there is nothing', async () => {
  const { host } = windowWithRun();
  const argument = { run: folder.path(), classifier: 'file:///m/mine.onnx' };
  vi.mocked(attachInChild).mockResolvedValueOnce(SCALE);
  await expect(attachClassifier(host, argument)).rejects.toThrow(
    "Answer 'input-scale' with one of 'unit', 'signed'",
  );
  await attachClassifier(host, { ...argument, answers: { 'input-scale': 'unit' } });
  expect(answers().at(-1)).toEqual({ 'input-scale': 'unit' });
  await expect(attachClassifier(host, { run: folder.path() })).rejects.toThrow('classifier');
  editor.workspace.isTrusted = false;
  await expect(attachClassifier(host, argument)).rejects.toThrow(NotAllowedError);
});

test('is removed after a question; a program removes it at once, and is told if there is none', async () => {
  const { host, done, entry } = windowWithRun();
  await mkdir(folder.path(), { recursive: true });
  await writeClassifier(folder.path(), Uint8Array.of(1), {
    use: {
      ...{ width: 8, height: 8, channels: 1, input: 'x', element: 'float32', layout: 'nchw', scale: 'unit' },
      ...{ batch: null, output: 'y', values: 'logits', numbers: 2 },
    },
    ...{ names: ['a', 'b'], from: 'x.onnx' },
  });
  vi.mocked(vscode.window.showWarningMessage).mockResolvedValueOnce(undefined);
  expect(await removeClassifier(host, new RunLine(entry.folder))).toBeUndefined();
  expect(await readClassifier(folder.path())).not.toBeNull();
  expect(await removeClassifier(host, { run: folder.path() })).toEqual({ removed: true });
  expect(await readClassifier(folder.path())).toBeNull();
  expect(done).toEqual(['changed']);
  await expect(removeClassifier(host, { run: folder.path() })).rejects.toThrow('has no classifier');
});
