import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { csvLabels } from '../../../src/datasets/labels/csv-labels';
import { findTables } from '../../../src/datasets/labels/find-tables';
import { datasetColumns } from '../../../src/datasets/labels/metadata-columns';
import { pathToFileURL } from 'node:url';

let root: string;
let photos: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tables-'));
  photos = join(root, 'photos');
  await mkdir(join(photos, 'deep'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const PATHS = ['cat/1.png', 'cat/2.png', 'dog/3.png', 'dog/4.png'];
const table = (header: string, cells: (path: string, i: number) => string, separator = ','): string =>
  [header, ...PATHS.map((path, i) => `${path}${separator}${cells(path, i)}`)].join('\n');
const write = (path: string, text: string): Promise<void> => writeFile(join(root, path), text);
const find = async (isFolder = true) =>
  (await findTables(photos, isFolder, PATHS, {})).map((found) => ({
    ...found,
    path: found.path.slice(root.length + 1),
  }));

describe('tables of a folder of images', () => {
  test('are those with a column that names its images, whatever it is called, inside first', async () => {
    await write(
      'photos/b.csv',
      table('path,label', (_, i) => `l${i % 2}`),
    );
    await write(
      'photos/A.TSV',
      table('Where it is\tmood', (_, i) => `m${i % 2}`, '\t'),
    );
    await write(
      'beside.csv',
      table('x;y', (_, i) => String(i % 2), ';'),
    );
    // Names without folders and suffixes.
    await write('photos/names.csv', 'id,kind\n1,a\n2,a\n9,b\n');
    const others = {
      'photos/c.csv': 'path,label\nelse/9.png,x\n',
      '.hidden.csv': 'path,label\ncat/1.png,x\n',
    };
    for (const [path, text] of Object.entries(others)) await write(path, text);
    await write(
      'photos/deep/d.csv',
      table('path,label', () => 'x'),
    );
    await write(
      'photos/notes.txt',
      table('path,label', () => 'x'),
    );
    await mkdir(join(root, 'folder.csv'));
    await symlink(join(root, 'nowhere'), join(photos, 'broken.csv'));
    expect(await find()).toEqual([
      {
        ...{ path: 'photos/A.TSV', inside: true, images: 4 },
        ...{ labels: [{ name: 'mood', classes: 2 }], isNamed: false },
      },
      {
        path: 'photos/b.csv',
        inside: true,
        images: 4,
        labels: [{ name: 'label', classes: 2 }],
        isNamed: true,
      },
      { path: 'photos/names.csv', inside: true, images: 2, labels: [], isNamed: false },
      { path: 'beside.csv', inside: false, images: 4, labels: [{ name: 'y', classes: 2 }], isNamed: false },
    ]);
    expect((await find(false)).map(({ path }) => path)).toEqual(['beside.csv']);
  });

  test('offer the columns that are shared by images; the one that is named like labels first', async () => {
    const cells = (_: string, i: number): string => `${i * 1.5},n${i},${i % 2},same,c${i}`;
    await write('photos/t.csv', table('path,weight,name,parity,set,class', cells));
    expect(await find()).toMatchObject([
      {
        labels: [
          { name: 'class', classes: 4 },
          { name: 'parity', classes: 2 },
        ],
        isNamed: true,
      },
    ]);
  });
});

describe('the column of the labels', () => {
  test('is chosen by name; an empty name is for the folders', async () => {
    const csv = join(photos, 't.csv');
    await write(
      'photos/t.csv',
      table('path,label,mood', (_, i) => `l${i},m${i % 2}`),
    );
    const read = (column?: string) => csvLabels(csv, PATHS, 2, {}, column);
    expect((await read()).labels?.names).toEqual(['l0', 'l1', 'l2', 'l3']);
    const chosen = await read('mood');
    expect(chosen.labels).toEqual({ names: ['m0', 'm1'], values: Int32Array.of(0, 1, 0, 1) });
    expect(chosen.notes[0]!.text).toContain("column 'mood' for the labels");
    const folders = await read('');
    expect(folders.labels).toBeUndefined();
    expect(folders.notes).toEqual([
      {
        ...{ subject: 'labels', level: 'info' },
        text: "t.csv: column 'path' for the images (by path), the names of folders are the labels",
      },
    ]);
    await expect(read('path')).rejects.toThrow(
      "t.csv: label column: got 'path', expected one of 'label', 'mood'",
    );
  });

  test('the other columns are those of the map, with the folders if these are not the labels', async () => {
    await write(
      'photos/t.csv',
      table('path,label,mood', (_, i) => `l${i},m${i % 2}`),
    );
    const source = {
      kind: 'folder',
      uri: pathToFileURL(photos).href,
      labels: pathToFileURL(join(photos, 't.csv')).href,
    } as const;
    const names = async (change: object): Promise<string[]> =>
      (await datasetColumns({ ...source, ...change }, PATHS)).map(({ name }) => name);
    expect(await names({})).toEqual(['mood', 'folder']);
    expect(await names({ labelColumn: 'mood' })).toEqual(['label', 'folder']);
    expect(await names({ labelColumn: '' })).toEqual(['label', 'mood']);
    // The images of a run of an older version keep the columns that they had.
    expect(await names({ rules: 1 })).toEqual(['mood']);
    const column = (await datasetColumns(source, PATHS)).find(({ name }) => name === 'folder')!;
    expect([column.names, [...column.values(PATHS)]]).toEqual([
      ['cat', 'dog'],
      [0, 0, 1, 1],
    ]);
  });
});
