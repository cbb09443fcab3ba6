import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import * as vscode from 'vscode';
import type { RunAbout } from '../../../src/domain/run-about';
import { editNotes } from '../../../src/host/runs/edit-notes';
import { renameRun } from '../../../src/host/runs/rename-run';
import { tagRun } from '../../../src/host/runs/tag-run';
import { changeAbout, readAbout } from '../../../src/runs/about';
import { writeConfig } from '../../../src/runs/store';
import * as editor from '../editor';
import { config, useFolder } from '../support';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
afterEach(() => {
  vi.resetAllMocks();
});

const folder = useFolder();
let run: string;
beforeEach(async () => {
  run = join(folder.path(), 'a');
  await mkdir(run);
  await writeConfig(run, config());
});

/** A window with this run, as it was last read, and another one. */
const window = (about: Partial<RunAbout> = {}) =>
  windowWith([
    runEntry(run, { about }),
    runEntry(join(folder.path(), 'b'), { about: { name: 'Other', tags: ['baseline'] } }),
  ]);
const type = (text: string | undefined): void =>
  void vi.mocked(vscode.window.showInputBox).mockResolvedValueOnce(text);
const box = (): vscode.InputBoxOptions => vi.mocked(vscode.window.showInputBox).mock.calls[0]![0]!;
const said = (): unknown[] => editor.window.setStatusBarMessage.mock.calls.map(([text]) => text);

test('a run is renamed as it is typed, and the new name is shown', async () => {
  type(' Faces  64 ');
  const { host, done } = window();
  const config = await readFile(join(run, 'config.json'), 'utf8');
  expect(await renameRun(host, run)).toEqual({
    ...{ runUri: pathToFileURL(run).href, name: 'Faces 64', notes: '', tags: [] },
  });
  expect(box()).toMatchObject({ value: 'a' });
  expect((await readAbout(run)).name).toBe('Faces 64');
  expect(done).toEqual(['refresh', `reveal ${run}`]);
  expect(said()).toEqual(['VAE: a is now named Faces 64.']);
  expect(await readFile(join(run, 'config.json'), 'utf8')).toBe(config);
});

test('an empty name is that of the folder, and a dismissed question changes nothing', async () => {
  await changeAbout(run, () => ({ name: 'Faces' }));
  type(undefined);
  expect(await renameRun(window({ name: 'Faces' }).host, run)).toBeUndefined();
  expect((await readAbout(run)).name).toBe('Faces');
  type('');
  await renameRun(window({ name: 'Faces' }).host, run);
  expect((await readAbout(run)).name).toBe('');
  expect(said()).toEqual([`VAE: Faces is now named ${basename(run)}.`]);
});

test('while a name is typed, one that is too long is refused and one of another run is remarked on', async () => {
  type(undefined);
  await renameRun(window().host, run);
  const check = (text: string): unknown => box().validateInput!(text);
  expect(check('Faces')).toBeUndefined();
  expect(check('x'.repeat(201))).toBe('201 characters, expected at most 200');
  expect(check(' Other ')).toMatchObject({ severity: vscode.InputBoxValidationSeverity.Warning });
});

test('a program gives the texts itself, and nothing is asked', async () => {
  const { host } = window();
  await renameRun(host, { run, name: 'Faces' });
  await tagRun(host, { run, tags: ['baseline', 'small  model'] });
  const notes = 'first\nsecond';
  expect(await editNotes(host, { run, notes })).toMatchObject({ name: 'Faces', notes });
  expect(await readAbout(run)).toEqual({ name: 'Faces', notes, tags: ['baseline', 'small model'] });
  expect(vscode.window.showInputBox).not.toHaveBeenCalled();
  await expect(renameRun(host, { run, name: 3 })).rejects.toThrow(/vae\.renameRun: name: got 3/);
  await expect(tagRun(host, { run, tags: 'baseline' })).rejects.toThrow(/vae\.tagRun: tags: got 'baseline'/);
  await expect(renameRun(host, { run, name: 'x'.repeat(201) })).rejects.toThrow(/at most 200 characters/);
});

test('tags are typed with commas, and those in use elsewhere are named', async () => {
  await changeAbout(run, () => ({ tags: ['old'] }));
  type('new, small  model,new');
  await tagRun(window({ tags: ['old'] }).host, run);
  expect(box()).toMatchObject({ value: 'old', prompt: 'Tags, separated by commas; in use: baseline' });
  expect((await readAbout(run)).tags).toEqual(['new', 'small model']);
  expect(said()).toEqual(['VAE: a is tagged new, small model.']);
  const check = (text: string): unknown => box().validateInput!(text);
  expect(check('a, b')).toBeUndefined();
  expect(check('x'.repeat(61))).toBe('A tag of 61 characters, expected at most 60');
  expect(check(Array.from({ length: 51 }, (_, i) => `tag ${i}`).join())).toBe('51 tags, expected at most 50');
});

test('a tag that another window has added since is kept', async () => {
  await changeAbout(run, () => ({ tags: ['old', 'theirs'] }));
  type('mine');
  await tagRun(window({ tags: ['old'] }).host, run);
  expect((await readAbout(run)).tags).toEqual(['mine', 'theirs']);
});

test('notes are opened in an editor', async () => {
  const result = await editNotes(window().host, run);
  const [uri] = vi.mocked(vscode.window.showTextDocument).mock.calls[0]!;
  expect((uri as unknown as editor.Uri).scheme).toBe('vae-notes');
  expect((uri as unknown as editor.Uri).path).toBe(join(run, 'a notes.md'));
  expect(result).toEqual({ uri: `vae-notes://${run}/a notes.md` });
});

test('a program that misspells a field is told so, and no person is asked', async () => {
  const { host } = window();
  await expect(renameRun(host, { run, nam: 'x' })).rejects.toThrow("got an unknown field 'nam'");
  await expect(tagRun(host, { run, tag: ['x'] })).rejects.toThrow("got an unknown field 'tag'");
  await expect(editNotes(host, { run, note: 'x' })).rejects.toThrow("got an unknown field 'note'");
  expect(vscode.window.showInputBox).not.toHaveBeenCalled();
});
