import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { datasetColumns } from '../../../src/datasets/labels/metadata-columns';
import { digitFactors } from '../../../src/datasets/digits/digits';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'columns-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function table(text: string) {
  const path = join(folder, 'labels.csv');
  await writeFile(path, text);
  return { kind: 'folder', uri: pathToFileURL(folder).href, labels: pathToFileURL(path).href } as const;
}

test('what the built-in digits were drawn by', async () => {
  const columns = await datasetColumns({ kind: 'digits', count: 100, seed: 4 }, []);
  expect(columns.map(({ name, names }) => [name, names])).toEqual(
    ['slant', 'thickness', 'scale', 'x', 'y'].map((name) => [name, null]),
  );
  const [slant] = columns;
  expect([...slant!.values(['digits#7', 'digits#31'])]).toEqual(
    [7, 31].map((index) => digitFactors(4, index).slant),
  );
});

test('the columns of the table with the labels that are neither paths nor labels', async () => {
  const source = await table(
    'path,label,age,camera,comment\na.png,x,12,left,\n./b.png,y,-1.5e2,right,\n"c,1.png",x,,left,\n',
  );
  const ids = ['a.png', 'b.png', 'c,1.png', 'unknown.png'];
  const columns = await datasetColumns(source, ids);
  expect(columns.map(({ name, names }) => [name, names])).toEqual([
    ['age', null],
    ['camera', ['left', 'right']],
  ]);
  expect([...columns[0]!.values(ids)]).toEqual([12, -150, NaN, NaN]);
  expect([...columns[1]!.values(ids)]).toEqual([0, 1, 0, -1]);
  expect([...columns[1]!.values(['b.png'])]).toEqual([1]);
});

test('inside an archive paths are those of its entries', async () => {
  const uri = pathToFileURL(join(folder, 'photos.zip')).href;
  const source = { ...(await table('path,label,weight\na/1.png,x,5\n')), kind: 'zip', uri } as const;
  const [weight] = await datasetColumns(source, ['photos.zip#a/1.png']);
  expect([...weight!.values(['photos.zip#a/1.png'])]).toEqual([5]);
});

test('texts that name each image are no column; a repeated name counts once', async () => {
  const ids = Array.from({ length: 1200 }, (_, i) => `${i}.png`);
  const lines = ids.map((id, i) => `${id},x,text ${i},${i % 700 === 0 ? 'word' : i},${i}`);
  const source = await table(`path,label,note,mixed,mixed\n${lines.join('\n')}\n`);
  // `mixed` has 1,199 different cells, two of them the same word.
  expect(await datasetColumns(source, ids)).toMatchObject([{ name: 'mixed', names: null }]);
  const few = await datasetColumns(source, ids.slice(0, 60));
  expect(few.map(({ name, names }) => [name, names?.length])).toEqual([
    ['note', 60],
    ['mixed', 60],
  ]);
});

test('without a table there is none, and one that is gone is named', async () => {
  const uri = pathToFileURL(folder).href;
  expect(await datasetColumns({ kind: 'folder', uri }, ['a.png'])).toEqual([]);
  expect(await datasetColumns({ kind: 'npy', uri }, ['a.npy#0'])).toEqual([]);
  const gone = { kind: 'folder', uri, labels: `${uri}/gone.csv` } as const;
  await expect(datasetColumns(gone, ['a.png'])).rejects.toThrow(/gone\.csv/);
});
