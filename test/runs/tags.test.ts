import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addTag, readTags, removeTag, setTag } from '../../src/runs/tags';

let run: string;
beforeEach(async () => {
  run = await mkdtemp(join(tmpdir(), 'tags-'));
});
afterEach(() => rm(run, { recursive: true }));

test('tags are sets, in order, and one can go', async () => {
  expect(await readTags(run)).toEqual([]);
  await addTag(run, 'odd ones', ['b.png', 'a.png']);
  await addTag(run, 'duplicates', ['c.png']);
  await addTag(run, 'odd ones', ['a.png', 'c.png']);
  expect(await readTags(run)).toEqual([
    { name: 'duplicates', ids: ['c.png'] },
    { name: 'odd ones', ids: ['a.png', 'b.png', 'c.png'] },
  ]);
  await removeTag(run, 'duplicates');
  expect((await readTags(run)).map(({ name }) => name)).toEqual(['odd ones']);
  expect(await readdir(run)).toEqual(['tags.json']);
});

test('a tag is put on exactly some images, and with none it goes', async () => {
  await addTag(run, 'odd', ['a.png', 'b.png']);
  await setTag(run, 'odd', ['c.png', 'a.png', 'c.png']);
  await setTag(run, 'new', ['z.png']);
  expect(await readTags(run)).toEqual([
    { name: 'new', ids: ['z.png'] },
    { name: 'odd', ids: ['a.png', 'c.png'] },
  ]);
  await setTag(run, 'odd', []);
  await setTag(run, 'never there', []);
  expect((await readTags(run)).map(({ name }) => name)).toEqual(['new']);
});

test.each([
  '{',
  '{"format":"latent-explorer/tags/2","tags":[]}',
  '{"format":"latent-explorer/tags/1","tags":[{"name":"a"}]}',
])('a file that is none of ours (%s) is not written over', async (text) => {
  await writeFile(join(run, 'tags.json'), text);
  await expect(addTag(run, 'a', ['b'])).rejects.toThrow(/is not a list of tags/);
  expect(await readFile(join(run, 'tags.json'), 'utf8')).toBe(text);
});
