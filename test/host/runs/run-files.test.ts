import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import { openExplorer, revealRun, showLog } from '../../../src/host/runs/run-files';
import { NotAllowedError } from '../../../src/host/trust';
import * as editor from '../editor';
import { useFolder } from '../support';
import { runEntry, windowWith } from '../window';
import { RunLine } from '../../../src/host/runs/tree-lines';

vi.mock('vscode', () => import('../editor'));
beforeEach(() => {
  editor.workspace.workspaceFolders = [{ uri: editor.Uri.file('/project') }];
});
afterEach(() => {
  vi.resetAllMocks();
});

const A = '/project/.vae/runs/20260102-030405-a';
const b = runEntry('/project/.vae/runs/20260101-000000-b');

describe('the explorer opens', () => {
  test('on the run that is named, or on the current one', async () => {
    const named = windowWith([runEntry(A), b]);
    await openExplorer(named.host, new RunLine(b.folder));
    expect(named.done).toEqual([`choose ${b.folder}`, 'show explorer']);
    const plain = windowWith([b]);
    await openExplorer(plain.host);
    expect(plain.done).toEqual(['show explorer']);
  });

  test('on a folder of the file explorer that is a run, and on no other', async () => {
    const { host, done } = windowWith([b]);
    await openExplorer(host, vscode.Uri.file(b.folder));
    expect(done).toEqual([`choose ${b.folder}`, 'show explorer']);
    done.length = 0;
    await expect(openExplorer(host, vscode.Uri.file('/project/photos'))).rejects.toThrow(
      /^photos is not a run: expected a folder with the config\.json and metrics\.jsonl/,
    );
    await expect(openExplorer(host, vscode.Uri.parse('vscode-vfs://github/a'))).rejects.toThrow(
      NotAllowedError,
    );
    expect(done).toEqual([]);
  });
});

test('a run is revealed by its configuration', async () => {
  await revealRun(windowWith([b]).host);
  const [[command, uri]] = vi.mocked(vscode.commands.executeCommand).mock.calls as [[string, vscode.Uri]];
  expect([command, uri.fsPath]).toEqual(['revealFileInOS', join(b.folder, 'config.json')]);
  await expect(revealRun(windowWith([]).host)).rejects.toThrow('This workspace has no runs yet.');
});

describe('the log that is shown', () => {
  const folder = useFolder();
  const opened = (): string[] =>
    vi.mocked(vscode.window.showTextDocument).mock.calls.map(([uri]) => uri.fsPath);

  test('is that of the run', async () => {
    const log = join(folder.path(), 'log.txt');
    await writeFile(log, 'started\n');
    const { host, done } = windowWith([b, runEntry(folder.path())]);
    expect(await showLog(host, folder.path())).toEqual({ uri: pathToFileURL(log).href });
    expect(opened()).toEqual([log]);
    expect(done).toEqual([]);
  });

  test("is the extension's where there is no run, and where the run has none", async () => {
    for (const entries of [[], [runEntry(folder.path())]]) {
      const { host, done } = windowWith(entries);
      expect(await showLog(host)).toBeUndefined();
      expect(done).toEqual(['show log']);
    }
    expect(opened()).toEqual([]);
  });

  test('is no other one where a program names a run that is none', async () => {
    const { host, done } = windowWith([runEntry(folder.path())]);
    await expect(showLog(host, { run: '/elsewhere' })).rejects.toThrow('not a run of this workspace');
    expect(done).not.toContain('show log');
  });

  test.skipIf(process.platform === 'win32')('is never what a link points to', async () => {
    await writeFile(join(folder.path(), 'secret'), 'password');
    await symlink(join(folder.path(), 'secret'), join(folder.path(), 'log.txt'));
    const { host, done } = windowWith([runEntry(folder.path())]);
    expect(await showLog(host, folder.path())).toBeUndefined();
    expect(opened()).toEqual([]);
    expect(done).toEqual(['show log']);
  });
});
