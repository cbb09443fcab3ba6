import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Context } from '../../src/cli/context';
import { datasetSourceOf } from '../../src/cli/dataset-options';
import { guarded } from '../../src/runs/guarded-path';
import { exclude, listedBy } from '../../src/runs/excluded-images';
import { npy, ramp } from '../datasets/array-fixtures';
import { greyPng } from '../datasets/fixtures';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'options-'));
  await mkdir(join(cwd, 'photos'));
  for (const name of ['1.png', '2.png']) await writeFile(join(cwd, 'photos', name), greyPng(8, 1));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));
const source = (leaveOut: string, data = 'photos') => datasetSourceOf(data, { leaveOut }, { cwd } as Context);

test('images to leave out come from a text file, or from the list that VS Code keeps', async () => {
  await writeFile(join(cwd, 'bad.txt'), '1.png\r\n\n a b.png\n');
  const uri = pathToFileURL(join(cwd, 'photos')).href;
  expect(await source('bad.txt')).toEqual({ kind: 'folder', uri, leftOut: ['1.png', ' a b.png'] });
  await exclude(guarded(cwd, 'excluded.json'), uri, ['2.png']);
  expect(await source('excluded.json')).toEqual({ kind: 'folder', uri, leftOut: ['2.png'] });
});

test('those of a container are named by id, those inside an archive by path or id', async () => {
  await writeFile(join(cwd, 'a.npy'), npy(ramp(160), { descr: '|u1', shape: [10, 4, 4] }));
  await writeFile(join(cwd, 'a.zip'), zipSync({ 'x/1.png': greyPng(8, 1) }));
  await writeFile(join(cwd, 'bad.txt'), 'a.npy#3\n./a.npy#4 \nx/1.png\n');
  expect(await source('bad.txt', 'a.npy')).toMatchObject({
    kind: 'npy',
    leftOut: ['a.npy#3', 'a.npy#4', 'x/1.png'],
  });
  await writeFile(join(cwd, 'inside.txt'), '\ufeff.\\x\\1.png\na.zip#x/2.png\n');
  expect(await source('inside.txt', 'a.zip')).toMatchObject({ leftOut: ['x/1.png', 'x/2.png'] });
  const digits = { kind: 'digits', count: 50, seed: 0 } as const;
  await exclude(guarded(cwd, 'excluded.json'), listedBy(digits), ['digits#4']);
  expect(await source('excluded.json', 'digits:50')).toEqual({ ...digits, leftOut: ['digits#4'] });
  const labels = datasetSourceOf('a.npy', { leaveOut: 'bad.txt', labels: 'l.csv' }, { cwd } as Context);
  await expect(labels).rejects.toThrow(/a.npy: include, exclude or labels were given, expected a folder/);
});

test('lines are paths in any form, and refused if most of them name no image', async () => {
  await writeFile(join(cwd, 'photos', 'caf\u00e9.png'), greyPng(8, 1));
  await writeFile(join(cwd, 'photos', 'cafe\u0301 2.png'), greyPng(8, 1));
  const lines = [
    join(cwd, 'photos', '1.png'),
    'photos/2.png',
    pathToFileURL(join(cwd, 'photos', '2.png')).href,
    ' cafe\u0301.png',
    'caf\u00e9 2.png',
    'gone.png',
  ];
  await writeFile(join(cwd, 'bad.txt'), lines.join('\r\n'));
  expect(await source('bad.txt')).toMatchObject({
    leftOut: ['1.png', '2.png', 'caf\u00e9.png', 'cafe\u0301 2.png', 'gone.png'],
  });
  await writeFile(join(cwd, 'other.txt'), '1.png\n/else/1.png\nb/2.png\nx\ny\n');
  await expect(source('other.txt')).rejects.toThrow(
    "other.txt: 4 of 5 lines name no image of the dataset: '/else/1.png', 'b/2.png', 'x' and 1 more; expected paths such as '1.png'",
  );
  const arrays = { 'x_train.npy': npy(ramp(64), { descr: '|u1', shape: [4, 4, 4] }) };
  await writeFile(join(cwd, 'a.npz'), zipSync(arrays));
  await writeFile(join(cwd, 'rows.txt'), 'a.npz#x_train#1\nx_train#2\n');
  expect(await source('rows.txt', 'a.npz')).toMatchObject({ leftOut: ['x_train#1', 'x_train#2'] });
});

test('a file that names none, or is not there, is refused', async () => {
  await writeFile(join(cwd, 'empty.txt'), '\n');
  await expect(source('empty.txt')).rejects.toThrow(
    /empty\.txt: got 0 images to leave out, expected 1 to 20000/,
  );
  await expect(source('gone.txt')).rejects.toThrow(/gone\.txt.*expected a text file with a path a line/);
  await exclude(guarded(cwd, 'excluded.json'), 'file:///other', ['2.png']);
  await expect(source('excluded.json')).rejects.toThrow(/got 0 images to leave out/);
});
