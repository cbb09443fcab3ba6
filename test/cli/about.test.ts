import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runCli } from '../../src/cli/cli';
import { readAbout } from '../../src/runs/about';
import { writeConfig } from '../../src/runs/store';
import { config, useFolder } from '../host/support';
import { objects } from './support';

const folder = useFolder();
const at = (name: string): string => join(folder.path(), '.vae', 'runs', name);

async function vae(...argv: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await runCli(argv, {
    cwd: folder.path(),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

beforeEach(async () => {
  for (const name of ['a', 'b']) {
    await mkdir(at(name), { recursive: true });
    await writeConfig(at(name), config({ name }));
  }
});

test('a run is renamed, found by its new name, and renamed back', async () => {
  expect(await vae('rename', 'a', ' Faces,\n64 pixels ')).toEqual({
    code: 0,
    stdout: 'a is named Faces, 64 pixels\n',
    stderr: '',
  });
  expect(objects((await vae('rename', '--json', 'Faces, 64 pixels', '')).stdout)).toEqual([
    { type: 'about', folder: at('a'), name: '', notes: '', tags: [] },
  ]);
  const { code, stderr } = await vae('rename', 'Faces, 64 pixels', 'x');
  expect([code, stderr]).toEqual([2, expect.stringContaining('there is no such run')]);
});

test('the name of a folder comes before a name that was given, and two of the same name are told apart by their folders', async () => {
  await vae('rename', 'b', 'a');
  await vae('note', 'a', 'of the folder a');
  expect((await readAbout(at('a'))).notes).toBe('of the folder a');
  await vae('rename', 'a', 'twin');
  await vae('rename', 'b', 'twin');
  const { code, stderr } = await vae('note', 'twin');
  expect([code, stderr]).toEqual([2, 'vae: twin: 2 runs have this name; expected the folder of one: a, b\n']);
});

test('notes are written, added to, printed and removed', async () => {
  expect((await vae('note', 'a')).stdout).toBe('a has no notes\n');
  expect((await vae('note', 'a', 'first\nsecond\n')).stdout).toBe('first\nsecond\n');
  expect((await vae('note', 'a', '--add', 'third')).stdout).toBe('first\nsecond\nthird\n');
  expect((await vae('note', 'a')).stdout).toBe('first\nsecond\nthird\n');
  await vae('note', 'a', '');
  expect(await readAbout(at('a'))).toEqual({ name: '', notes: '', tags: [] });
});

test('tags are added, printed and removed', async () => {
  expect((await vae('tag', 'a')).stdout).toBe('a has no tags\n');
  expect((await vae('tag', 'a', 'baseline', 'small  model,baseline')).stdout).toBe(
    'a is tagged baseline, small model\n',
  );
  expect((await vae('tag', 'a', '--remove', 'baseline', 'other')).stdout).toBe('a is tagged small model\n');
  expect((await vae('tag', 'a')).stdout).toBe('a is tagged small model\n');
});

test('the list has columns for names and tags only where a run has some', async () => {
  expect((await vae('runs')).stdout.split('\n')[0]).toMatch(/BEST BOUND$/);
  await vae('tag', 'b', 'baseline');
  expect((await vae('runs')).stdout.split('\n')[0]).toMatch(/BEST BOUND {2}TAGS$/);
  await vae('rename', 'a', 'Faces');
  const [header, b, a] = (await vae('runs')).stdout.split('\n');
  expect(header).toMatch(/BEST BOUND {2}NAME {3}TAGS$/);
  expect(b).toMatch(/^b .* baseline$/);
  expect(a).toMatch(/^a .* Faces$/);
  expect(objects((await vae('runs', '--json')).stdout)).toMatchObject([
    { name: 'b', about: { name: '', tags: ['baseline'] } },
    { name: 'a', about: { name: 'Faces', notes: '', tags: [] } },
  ]);
  expect((await vae('compare', 'a', 'b')).stdout).toMatch(/^Faces /m);
});

test('a folder that is no run has no notes to print, and gets no name', async () => {
  await rm(join(at('a'), 'config.json'));
  for (const line of [
    ['note', 'a'],
    ['tag', 'a'],
    ['rename', 'a', 'x'],
    ['note', 'a', 'x'],
  ]) {
    const { code, stderr } = await vae(...line);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not a run folder')]);
  }
});
