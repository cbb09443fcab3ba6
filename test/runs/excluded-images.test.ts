import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MAX_LEFT_OUT } from '../../src/runs/config';
import type { GuardedPath } from '../../src/runs/guarded-path';
import {
  exclude,
  excludedFile,
  idOfPath,
  includeAgain,
  listedBy,
  pathOfId,
  readExcluded,
} from '../../src/runs/excluded-images';

let folder: string;
let file: GuardedPath;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'excluded-'));
  file = excludedFile(join(folder, '.vae', 'runs'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const CATS = 'file:///data/cats';

test('each dataset has a list of its own, beside the runs', async () => {
  expect(file.path).toBe(join(folder, '.vae', 'excluded.json'));
  expect(await readExcluded(file, CATS)).toEqual([]);
  expect(await exclude(file, CATS, ['b.png', 'a.png'])).toBe(2);
  expect(await exclude(file, 'file:///data/dogs', ['z.png'])).toBe(1);
  expect(await exclude(file, CATS, ['a.png', 'c/*.png'])).toBe(3);
  expect(await readExcluded(file, CATS)).toEqual(['a.png', 'b.png', 'c/*.png']);
  await includeAgain(file, CATS);
  expect(await readExcluded(file, CATS)).toEqual([]);
  expect(await readExcluded(file, 'file:///data/dogs')).toEqual(['z.png']);
});

test('too many, and a file that is something else, are refused and nothing is written', async () => {
  await exclude(file, CATS, ['a.png']);
  const many = Array.from({ length: MAX_LEFT_OUT }, (_, i) => `${i}.png`);
  await expect(exclude(file, CATS, many)).rejects.toThrow(/got 20001 images.*at most 20000.*patterns/);
  expect(await readExcluded(file, CATS)).toEqual(['a.png']);
  await writeFile(file.path, '{"format": "another"}');
  await expect(exclude(file, CATS, ['b.png'])).rejects.toThrow(
    /is not a list of excluded images.*Repair it/s,
  );
  expect(await readFile(file.path, 'utf8')).toBe('{"format": "another"}');
});

test('ids of a folder are paths, those of an archive have its name before them, those of others are taken as they are', () => {
  const folderSource = { kind: 'folder', uri: CATS } as const;
  const zip = { kind: 'zip', uri: 'file:///data/my%20%231.zip' } as const;
  const idx = { kind: 'idx', uri: 'file:///data/mnist' } as const;
  expect(pathOfId(folderSource, 'a#1.png')).toBe('a#1.png');
  expect(pathOfId(zip, 'my #1.zip#a/b#2.png')).toBe('a/b#2.png');
  expect(pathOfId(zip, 'a/b#2.png')).toBe('a/b#2.png');
  expect(idOfPath(zip, 'a/b#2.png')).toBe('my #1.zip#a/b#2.png');
  expect(pathOfId(idx, 'train-images-idx3-ubyte#7')).toBe('train-images-idx3-ubyte#7');
  expect(idOfPath(idx, 'train-images-idx3-ubyte#7')).toBe('train-images-idx3-ubyte#7');
});

test('a dataset is listed by its URI, the built-in digits by what they are drawn by', async () => {
  expect(listedBy({ kind: 'npy', uri: 'file:///data/a.npy', leftOut: ['a.npy#1'] })).toBe(
    'file:///data/a.npy',
  );
  const digits = (count: number, seed: number) => listedBy({ kind: 'digits', count, seed });
  // Image 5 of a seed is the same, however many there are.
  expect(digits(100, 0)).toBe(digits(8000, 0));
  expect(digits(100, 0)).not.toBe(digits(100, 1));
  await exclude(file, digits(100, 0), ['digits#5']);
  expect(await readExcluded(file, digits(8000, 0))).toEqual(['digits#5']);
});
