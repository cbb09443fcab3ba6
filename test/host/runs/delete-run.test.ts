import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { deleteRun } from '../../../src/host/runs/delete-run';
import { status } from '../../support/engine-status';
import * as editor from '../editor';
import { useFolder } from '../support';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
const folder = useFolder();
const runAt = (...names: string[]): string => join(folder.path(), '.vae', 'runs', ...names);
let A: string;
beforeEach(async () => {
  A = runAt('20260102-030405-a');
  await mkdir(A, { recursive: true });
  editor.workspace.workspaceFolders = [{ uri: editor.Uri.file(folder.path()) }];
});
afterEach(() => {
  vi.resetAllMocks();
});

const deleted = (): unknown[] =>
  editor.workspace.fs.delete.mock.calls.map(([uri, options]) => [(uri as vscode.Uri).fsPath, options]);
/** Answers to the questions, in their order. */
const answer = (...chosen: (string | undefined)[]): void => {
  for (const each of chosen) vi.mocked(vscode.window.showWarningMessage).mockResolvedValueOnce(each as never);
};
const asked = (): unknown[] => vi.mocked(vscode.window.showWarningMessage).mock.calls.map(([text]) => text);
const said = (): unknown[] =>
  vi.mocked(vscode.window.showInformationMessage).mock.calls.map(([text]) => text);

test('a run goes into the trash once that is confirmed, which is said, and is forgotten', async () => {
  answer('Delete');
  const b = runEntry(runAt('b'));
  const { host, done, compared } = windowWith([runEntry(A, { about: { name: 'Faces' } }), b], [b]);
  compared.set([A, b.folder]);
  expect(await deleteRun(host, A)).toEqual({ deleted: true, trashed: true });
  const [question, options] = vi.mocked(vscode.window.showWarningMessage).mock.calls[0]!;
  expect(question).toBe('Delete the run Faces with its checkpoints?');
  expect(options).toMatchObject({
    modal: true,
    detail: expect.stringContaining('20260102-030405-a') as string,
  });
  expect(deleted()).toEqual([[A, { recursive: true, useTrash: true }]]);
  expect(done).toEqual([`expect end ${A}`, 'refresh', `leave ${A}`, `forget path ${A}`]);
  expect(compared.folders).toEqual([b.folder]);
  expect(said()).toEqual(['VAE: the run Faces was moved to the trash.']);
});

test.each([['Cancel'], [undefined]])('not where the answer is %s', async (chosen) => {
  answer(chosen);
  const { host, done } = windowWith([runEntry(A)]);
  expect(await deleteRun(host, A)).toEqual({ deleted: false, trashed: false });
  expect(deleted()).toEqual([]);
  expect(done).toEqual([]);
});

describe('without a trash', () => {
  beforeEach(() => void editor.workspace.fs.delete.mockRejectedValueOnce(new Error('no trash here')));
  const both = (): unknown[] => [
    [A, { recursive: true, useTrash: true }],
    [A, { recursive: true, useTrash: false }],
  ];

  test('a run is deleted permanently after a second question that says why, and that is said', async () => {
    answer('Delete', 'Delete Permanently');
    expect(await deleteRun(windowWith([runEntry(A)]).host, A)).toEqual({ deleted: true, trashed: false });
    expect(asked()[1]).toBe('The run 20260102-030405-a cannot be moved to the trash. Delete it permanently?');
    expect(vi.mocked(vscode.window.showWarningMessage).mock.calls[1]![1]).toMatchObject({
      detail: expect.stringContaining('no trash here') as string,
    });
    expect(deleted()).toEqual(both());
    expect(said()).toEqual(['VAE: the run 20260102-030405-a was deleted permanently.']);
  });

  test('it stays where that is declined, and would be missed again', async () => {
    answer('Delete', undefined);
    const { host, done } = windowWith([runEntry(A)]);
    expect(await deleteRun(host, A)).toEqual({ deleted: false, trashed: false });
    expect(deleted()).toHaveLength(1);
    expect(done).toEqual([`expect end ${A}`, `expect end ${A} false`]);
    expect(said()).toEqual([]);
  });

  test('a program that has confirmed is not asked', async () => {
    const result = await deleteRun(windowWith([runEntry(A)]).host, { run: A, confirmed: true });
    expect(result).toEqual({ deleted: true, trashed: false });
    expect(asked()).toEqual([]);
    expect(deleted()).toEqual(both());
  });

  test('an error after the folder has gone is none', async () => {
    await rm(A, { recursive: true });
    answer('Delete');
    expect(await deleteRun(windowWith([runEntry(A)]).host, A)).toEqual({ deleted: true, trashed: true });
    expect(deleted()).toHaveLength(1);
  });
});

test('without a question only for a program that says so in so many words', async () => {
  const { host } = windowWith([runEntry(A)]);
  expect(await deleteRun(host, { run: A, confirmed: true })).toEqual({ deleted: true, trashed: true });
  expect(asked()).toEqual([]);
  expect(await deleteRun(host, { run: A, confirmed: false })).toEqual({ deleted: false, trashed: false });
  expect(asked()).toHaveLength(1);
  await expect(deleteRun(host, { run: A, confirmed: 'yes' })).rejects.toThrow(
    "vae.deleteRun: confirmed: got 'yes', expected boolean",
  );
  // The only run may be another one than the program means.
  await expect(deleteRun(host, { confirmed: true })).rejects.toThrow(
    'vae.deleteRun: run: got nothing, expected the folder of the run that is deleted without a question',
  );
  expect(deleted()).toHaveLength(1);
});

test('not while it is trained', async () => {
  const { host } = windowWith([runEntry(A, { outcome: 'running', status: status() })]);
  await expect(deleteRun(host, { run: A, confirmed: true })).rejects.toThrow('is being trained. Stop it');
  expect(deleted()).toEqual([]);
});

test.each([['elsewhere/runs/a'], ['.vae/runs/deep/a'], ['.vae/runs']])(
  'only from a runs folder of the workspace, unlike %s',
  async (path) => {
    const other = join(folder.path(), path);
    const { host } = windowWith([runEntry(other)]);
    await expect(deleteRun(host, { run: other, confirmed: true })).rejects.toThrow(
      `${other} is not in a runs folder of this workspace.`,
    );
    expect(deleted()).toEqual([]);
  },
);

test('after the process of the engine that serves it has ended, whatever it answers', async () => {
  const order: string[] = [];
  let end: () => void = () => undefined;
  const entry = runEntry(A, {
    mode: 'serve',
    call: (method) => {
      order.push(method);
      setTimeout(() => end(), 20);
      return Promise.reject(new Error('gone'));
    },
    untilEnded: () => new Promise((resolve) => (end = () => resolve(order.push('ended') > 0))),
  });
  editor.workspace.fs.delete.mockImplementation(() => Promise.resolve(void order.push('delete')));
  expect(await deleteRun(windowWith([entry]).host, { run: A, confirmed: true })).toMatchObject({
    deleted: true,
  });
  expect(order).toEqual(['stop', 'ended', 'delete']);
});
