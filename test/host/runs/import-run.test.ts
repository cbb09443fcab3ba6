import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { importRun as runImport } from '../../../src/endpoint/import-run';
import { importRun } from '../../../src/host/runs/import-run';
import { NotAllowedError } from '../../../src/host/trust';
import * as editor from '../editor';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
vi.mock('../../../src/endpoint/import-run', () => ({ importRun: vi.fn() }));

const A = '/project/.vae/runs/20260102-030405-a';
const window = () => windowWith([runEntry(A, { about: { name: 'Faces' } })]);
const said = (): unknown[] =>
  vi.mocked(vscode.window.showInformationMessage).mock.calls.map(([text]) => text);
const workspaceFolder = (name: string) => ({ uri: vscode.Uri.file(`/${name}`), name, index: 0 });

beforeEach(() => {
  Object.assign(vscode.workspace, { workspaceFolders: [workspaceFolder('project')] });
  vi.mocked(runImport).mockResolvedValue({
    ...{ type: 'import', folder: A, step: 1200, notes: ['Its images\u202e are not here.'] },
  });
});
afterEach(() => {
  vi.resetAllMocks();
  editor.workspace.isTrusted = true;
});

test('a file is asked for, and the run is shown when it is there', async () => {
  vi.mocked(vscode.window.showOpenDialog).mockResolvedValueOnce([vscode.Uri.file('/in/run.vae.zip')]);
  const { host, done } = window();
  expect(await importRun(host)).toEqual({
    ...{ run: `file://${A}`, step: 1200, notes: ['Its images\u202e are not here.'] },
  });
  expect(vi.mocked(runImport).mock.calls[0]![0]).toEqual({
    ...{
      file: '/in/run.vae.zip',
      name: '',
      runsRoot: '/project/.vae/runs',
      engineFolder: '/extension/dist/engine',
    },
  });
  expect(done).toEqual([`choose ${A}`, 'show explorer']);
  const [text] = said() as [string];
  expect(text).toMatch(/^VAE: Faces is imported as at step 1,200\. Its images.* are not here\.$/);
  expect(text).not.toContain('\u202e');
});

test('of several workspace folders one is chosen; whoever dismisses a question imports nothing', async () => {
  Object.assign(vscode.workspace, {
    workspaceFolders: [workspaceFolder('project'), workspaceFolder('other')],
  });
  const file = vscode.Uri.file('/in/run.vae.zip');
  vi.mocked(vscode.window.showQuickPick).mockImplementationOnce(async (items) => (await items)[1]);
  await importRun(window().host, file);
  expect(vi.mocked(runImport).mock.calls[0]![0].runsRoot).toBe('/other/.vae/runs');
  vi.mocked(vscode.window.showQuickPick).mockResolvedValueOnce(undefined);
  expect(await importRun(window().host, file)).toBeUndefined();
  vi.mocked(vscode.window.showOpenDialog).mockResolvedValueOnce(undefined);
  expect(await importRun(window().host)).toBeUndefined();
  expect(runImport).toHaveBeenCalledTimes(1);
});

test('a program names file and name, and is asked nothing', async () => {
  await importRun(window().host, { file: '/in/a.zip', name: 'Mine' });
  expect(vi.mocked(runImport).mock.calls[0]![0]).toMatchObject({ file: '/in/a.zip', name: 'Mine' });
  await importRun(window().host, { file: 'file:///in/b%20c.zip' });
  expect(vi.mocked(runImport).mock.calls[1]![0]).toMatchObject({ file: '/in/b c.zip', name: '' });
  await expect(importRun(window().host, { file: 7 })).rejects.toThrow(/file/);
  expect(vscode.window.showOpenDialog).not.toHaveBeenCalled();
});

test('cancelling is said, and is no error', async () => {
  vi.mocked(vscode.window.withProgress).mockImplementationOnce((_options, work) => {
    const onCancellationRequested = (cancel: () => void) => {
      cancel();
      return { dispose: () => undefined };
    };
    return work({ report: () => undefined }, { onCancellationRequested } as never);
  });
  vi.mocked(runImport).mockImplementationOnce((_request, signal) => Promise.reject(signal.reason as Error));
  const { host, done } = window();
  expect(await importRun(host, { file: '/in/a.zip' })).toBeUndefined();
  expect(said()).toEqual(['VAE: the import of a.zip was cancelled.']);
  expect(done).toEqual([]);
});

test('not in a workspace that is not trusted, and not without a folder', async () => {
  editor.workspace.isTrusted = false;
  await expect(importRun(window().host, { file: '/in/a.zip' })).rejects.toThrow(NotAllowedError);
  editor.workspace.isTrusted = true;
  Object.assign(vscode.workspace, { workspaceFolders: [] });
  await expect(importRun(window().host, { file: '/in/a.zip' })).rejects.toThrow(/Open a folder first/);
  expect(runImport).not.toHaveBeenCalled();
});
