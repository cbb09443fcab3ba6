import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type * as vscode from 'vscode';
import { Emitter } from '../../../src/host/emitter';
import { NotesDocuments, notesUri } from '../../../src/host/runs/notes-documents';
import type { RunEntry, RunsModel } from '../../../src/host/runs/runs-model';
import { changeAbout, readAbout } from '../../../src/runs/about';
import { writeConfig } from '../../../src/runs/store';
import { eventually } from '../../support/eventually';
import * as editor from '../editor';
import { config, useFolder } from '../support';
import { runEntry } from '../window';

vi.mock('vscode', () => import('../editor'));
const folder = useFolder();
let run: string;
let listed: RunEntry[];
let notes: NotesDocuments;
let changes: Emitter<RunEntry | null>;
const events: string[] = [];
beforeEach(async () => {
  run = join(folder.path(), 'a');
  await mkdir(run);
  await writeConfig(run, config());
  listed = [runEntry(run)];
  changes = new Emitter();
  const runs = {
    find: (path: string) => listed.find((entry) => entry.folder === path),
    refresh: () => Promise.resolve(changes.fire(null)),
    changed: changes.event,
  };
  notes = new NotesDocuments(runs as unknown as RunsModel);
  events.length = 0;
  notes.onDidChangeFile((all) => {
    for (const { type, uri } of all) events.push(`${editor.FileChangeType[type]} ${uri.path}`);
  });
});

const read = async (uri: vscode.Uri): Promise<string> => Buffer.from(await notes.readFile(uri)).toString();

test('what is saved in an editor are the notes of the run, and its name stays', async () => {
  await changeAbout(run, () => ({ name: 'Faces' }));
  const uri = notesUri(run);
  expect(await read(uri)).toBe('');
  expect(await notes.stat(uri)).toMatchObject({ type: editor.FileType.File, size: 0 });
  await notes.writeFile(uri, Buffer.from('# Résumé\nsecond line\n'));
  expect(await readAbout(run)).toEqual({ name: 'Faces', notes: '# Résumé\nsecond line\n', tags: [] });
  expect(await read(uri)).toBe('# Résumé\nsecond line\n');
  const { size, mtime } = await notes.stat(uri);
  expect(size).toBe(Buffer.byteLength('# Résumé\nsecond line\n'));
  expect(Math.abs(Date.now() - mtime)).toBeLessThan(600_000);
  // It was this window that wrote them.
  expect(events).toEqual([]);
});

test('notes that are written elsewhere, and the end of their run, are told to the editor, once', async () => {
  const uri = notesUri(run);
  await read(uri);
  changes.fire(null);
  await changeAbout(run, () => ({ notes: 'theirs' }));
  changes.fire(null);
  await eventually(() => events).toEqual([`Changed ${uri.path}`]);
  changes.fire(null);
  listed = [];
  changes.fire(null);
  await eventually(() => events).toEqual([`Changed ${uri.path}`, `Deleted ${uri.path}`]);
});

test('only those of listed runs can be read or written, whatever the address', async () => {
  listed = [];
  for (const uri of [notesUri(run), notesUri('/etc')]) {
    await expect(notes.readFile(uri)).rejects.toMatchObject({ code: 'FileNotFound' });
    await expect(notes.stat(uri)).rejects.toMatchObject({ code: 'FileNotFound' });
    await expect(notes.writeFile(uri, Buffer.from('x'))).rejects.toMatchObject({ code: 'FileNotFound' });
  }
  expect((await readAbout(run)).notes).toBe('');
});

test('notes that are too long are refused with both numbers, and those before stay', async () => {
  const uri = notesUri(run);
  await notes.writeFile(uri, Buffer.from('before'));
  await expect(notes.writeFile(uri, Buffer.from('x'.repeat(20_001)))).rejects.toThrow(
    'The notes have 20,001 characters, expected at most 20,000.',
  );
  expect(await read(uri)).toBe('before');
});

test('a damaged file is an error that names it, and not empty notes that would be saved over it', async () => {
  await mkdir(join(run, 'about.json'));
  await expect(notes.readFile(notesUri(run))).rejects.toThrow('about.json');
  await rm(join(run, 'about.json'), { recursive: true });
});
