import { mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NO_ABOUT, oneLine, tagsIn } from '../../src/domain/run-about';
import { changeAbout, readAbout } from '../../src/runs/about';
import { runsNamed } from '../../src/runs/runs-named';
import { createRunFolder, readRun, writeConfig } from '../../src/runs/store';
import { config } from '../host/support';

let root: string;
let run: string;
const at = (name: string): string => join(run, name);
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'about-'));
  run = await createRunFolder(root, 'a', new Date(0));
  await writeConfig(run, config());
});
afterEach(() => rm(root, { recursive: true }));

test('a run without the file has no name of its own, no notes and no tags', async () => {
  expect(await readAbout(run)).toEqual(NO_ABOUT);
  expect((await readRun(run)).about).toEqual(NO_ABOUT);
});

test('what is written is read again, field by field, and config.json stays as it is', async () => {
  const before = await readFile(at('config.json'), 'utf8');
  await changeAbout(run, () => ({ name: 'Faces, 64 pixels', notes: 'first\nsecond \u{1f600}' }));
  expect(await changeAbout(run, ({ tags }) => ({ tags: [...tags, 'small model'] }))).toEqual({
    name: 'Faces, 64 pixels',
    notes: 'first\nsecond \u{1f600}',
    tags: ['small model'],
  });
  expect((await readRun(run)).about).toEqual(await readAbout(run));
  expect((await readAbout(run)).name).toBe('Faces, 64 pixels');
  await changeAbout(run, () => ({ name: '' }));
  expect(await readAbout(run)).toMatchObject({ name: '', tags: ['small model'] });
  expect(await readFile(at('config.json'), 'utf8')).toBe(before);
  expect((await readdir(run)).sort()).toEqual(['about.json', 'config.json']);
});

test('changes at the same moment are all kept', async () => {
  const tags = Array.from({ length: 8 }, (_, i) => `tag ${i}`);
  await Promise.all([
    ...tags.map((tag) => changeAbout(run, (before) => ({ tags: [...before.tags, tag] }))),
    changeAbout(run, () => ({ name: 'n' })),
    changeAbout(run, () => ({ notes: 'text' })),
  ]);
  expect(await readAbout(run)).toMatchObject({ name: 'n', notes: 'text' });
  expect([...(await readAbout(run)).tags].sort()).toEqual([...tags].sort());
});

test('the longest texts fit into what is read', async () => {
  const longest = {
    name: '\u0001'.repeat(200),
    notes: '\ud800'.repeat(20_000),
    tags: Array.from({ length: 50 }, (_, i) => String(i).padStart(60, '\u0001')),
  };
  await changeAbout(run, () => longest);
  expect(await readAbout(run)).toEqual(longest);
});

test.each([
  [{ name: 'x'.repeat(201) }, /^name: got 'x+…', expected at most 200 characters/],
  [{ notes: 'x'.repeat(20_001) }, /^notes: .*expected at most 20000 characters/],
  [{ tags: ['x'.repeat(61)] }, /^tags\.0: .*expected at most 60 characters/],
  [{ tags: Array.from({ length: 51 }, (_, i) => `tag ${i}`) }, /^tags: .*expected at most 50 entries/],
])('what is too long is refused, and nothing is written: %#', async (change, message) => {
  await changeAbout(run, () => ({ name: 'before' }));
  await expect(changeAbout(run, () => change)).rejects.toThrow(message);
  expect(await readAbout(run)).toEqual({ ...NO_ABOUT, name: 'before' });
});

test('a folder that is no run is left alone', async () => {
  await rm(at('config.json'));
  await expect(changeAbout(run, () => ({ name: 'x' }))).rejects.toThrow(/is not a run folder/);
  expect(await readdir(run)).toEqual([]);
});

describe('a damaged file', () => {
  const damaged: [string, string][] = [
    ['torn', '{"format":"latent-explorer/about/1","na'],
    ['of a later version', '{"format":"latent-explorer/about/2","name":"","notes":"","tags":[]}'],
    [
      'with a field of a later version',
      '{"format":"latent-explorer/about/1","name":"","notes":"","tags":[],"x":1}',
    ],
    ['with another type', '{"format":"latent-explorer/about/1","name":3,"notes":"","tags":[]}'],
    [
      'with a tag too long',
      JSON.stringify({ format: 'latent-explorer/about/1', name: '', notes: '', tags: ['x'.repeat(61)] }),
    ],
    ['far too large', `{"format":"${'x'.repeat(1_000_000)}"}`],
    ['nested without end', '['.repeat(100_000)],
    ['of zero length', ''],
  ];
  test.each(damaged)(
    '%s: the run is listed without it, which is said, and it is not written over',
    async (_what, text) => {
      await writeFile(at('about.json'), text);
      const { about, message, config: read } = await readRun(run);
      expect(about).toEqual(NO_ABOUT);
      expect(message).toContain(at('about.json'));
      expect(read).toEqual(config());
      await expect(changeAbout(run, () => ({ name: 'x' }))).rejects.toThrow(at('about.json'));
      expect(await readFile(at('about.json'), 'utf8')).toBe(text);
    },
  );

  test.skipIf(process.platform === 'win32')('that is a link is not followed', async () => {
    const precious = join(root, 'precious');
    await writeFile(
      precious,
      JSON.stringify({ format: 'latent-explorer/about/1', name: 'stolen', notes: '', tags: [] }),
    );
    await symlink(precious, at('about.json'));
    expect(await readRun(run)).toMatchObject({
      about: NO_ABOUT,
      message: expect.stringContaining('is a link') as string,
    });
    await expect(changeAbout(run, () => ({ name: 'x' }))).rejects.toThrow('is a link');
    expect(await readFile(precious, 'utf8')).toContain('stolen');
  });
});

test('runs are found by their names, all of them, also beside damaged ones', async () => {
  const second = await createRunFolder(root, 'b', new Date(0));
  const third = await createRunFolder(root, 'c', new Date(0));
  for (const folder of [second, third]) await writeConfig(folder, config());
  await writeFile(at('about.json'), '{');
  await changeAbout(second, () => ({ name: 'Faces' }));
  expect(await runsNamed(root, 'Faces')).toEqual([second]);
  await changeAbout(third, () => ({ name: 'Faces' }));
  expect((await runsNamed(root, 'Faces')).sort()).toEqual([second, third].sort());
  expect(await runsNamed(root, 'faces')).toEqual([]);
  expect(await runsNamed(join(root, 'missing'), 'Faces')).toEqual([]);
});

test('typed names and tags lose their space, and tags their doubles', () => {
  expect(oneLine('  a \n b\t')).toBe('a b');
  expect(tagsIn(' baseline,small  model ,, baseline', 'x')).toEqual(['baseline', 'small model', 'x']);
  expect(tagsIn('')).toEqual([]);
});
