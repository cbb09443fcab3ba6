/** Names that say that a file or folder is no data: the same in folders and archives. */
import { zipSync } from 'fflate';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDataset, parseSource } from '../../../src/datasets/load';
import { noDataOfName, noDataOfPath } from '../../../src/datasets/image-files/no-data';
import { greyPng, temporaryFolder, writeFiles } from '../fixtures';

it.each([
  ['@eaDir', 'thumbnails'],
  ['SYNOFILE_THUMB_M.jpg', 'thumbnails'],
  ['.@__thumb', 'thumbnails'],
  ['Thumbs.db', 'thumbnails'],
  ['.thumbnails', 'thumbnails'],
  ['.picasaoriginals', 'copies of a photo manager'],
  ['#recycle', 'a bin'],
  ['@Recycle', 'a bin'],
  ['$RECYCLE.BIN', 'a bin'],
  ['.Trash-1000', 'a bin'],
  ['.Trashes', 'a bin'],
  ['.trashed-1700000000-a.jpg', 'a bin'],
  ['lost+found', 'a bin'],
  ['#snapshot', 'snapshots'],
  ['@Recently-Snapshot', 'snapshots'],
  ['@GMT-2024.01.01-00.00.00', 'snapshots'],
  ['System Volume Information', 'files of a system'],
  ['desktop.ini', 'files of a system'],
  ['.DS_Store', 'files of a system'],
  ['__MACOSX', 'resource forks of macOS'],
  ['.AppleDouble', 'resource forks of macOS'],
  ['._a.png', 'resource forks of macOS'],
  ['.ipynb_checkpoints', 'copies of a notebook'],
  ['.git', 'hidden files and folders'],
  ['.a.png', 'hidden files and folders'],
])('%s stands for %s', (name, kind) => {
  expect(noDataOfName(name)).toBe(kind);
  expect(noDataOfPath(`a/${name}/b.png`)).toBe(kind);
});

it.each([
  'cats',
  '#1',
  '@home',
  '$100',
  'recycled',
  'trash',
  'thumbs',
  'eaDir',
  'a.png',
  '_x',
  '~a',
  'constructor',
])('%s may be data', (name) => {
  expect(noDataOfName(name)).toBeUndefined();
});

describe('pictures that are no data', () => {
  const png = greyPng(8, 1);
  const files = {
    'cats/a.png': png,
    'cats/@eaDir/a.png/SYNOFILE_THUMB_M.jpg': png,
    'cats/@eaDir/b.png': png,
    '$RECYCLE.BIN/c.png': png,
    '.hidden/d.png': png,
    '.e.png': png,
    'dogs/._b.png': png,
    'dogs/b.png': png,
    'dogs/.ipynb_checkpoints/notes.txt': png,
  };
  const text =
    '6 pictures left out, because the names of files or folders say that they are not data: 2 in hidden files and folders (.e.png), 2 in thumbnails (cats/@eaDir/';

  it.each(['folder', 'zip'] as const)('of a %s are left out and counted by kind', async (kind) => {
    const folder = await temporaryFolder();
    if (kind === 'folder') await writeFiles(folder, files);
    else await writeFiles(folder, { 'a.zip': zipSync(files) });
    const place = kind === 'folder' ? folder : join(folder, 'a.zip');
    const dataset = await loadDataset(await parseSource(place, '/'));
    const prefix = kind === 'folder' ? '' : 'a.zip#';
    expect([0, 1].map((row) => dataset.id(row))).toEqual([`${prefix}cats/a.png`, `${prefix}dogs/b.png`]);
    expect(dataset).toMatchObject({
      count: 2,
      skipped: [],
    });
    expect(dataset.notes.filter(({ subject }) => subject !== 'values')).toMatchObject([
      { subject: 'left out', level: 'info', text: expect.stringContaining(text) as string },
    ]);
    expect(dataset.notes[0]!.text).toMatch(/1 in a bin \(\$RECYCLE.BIN\/c.png\)/);
  });

  it.each(['folder', 'zip'] as const)('of a %s are left out by the rules 1 only if hidden', async (kind) => {
    const folder = await temporaryFolder();
    const old = { ...files, '__MACOSX/f.png': png };
    if (kind === 'folder') await writeFiles(folder, old);
    else await writeFiles(folder, { 'a.zip': zipSync(old) });
    const uri = pathToFileURL(kind === 'folder' ? folder : join(folder, 'a.zip')).href;
    const dataset = await loadDataset({ kind, uri, rules: 1 });
    const prefix = kind === 'folder' ? '' : 'a.zip#';
    expect(Array.from({ length: dataset.count }, (_, row) => dataset.id(row))).toEqual(
      [
        '$RECYCLE.BIN/c.png',
        ...(kind === 'folder' ? ['__MACOSX/f.png'] : []),
        'cats/@eaDir/a.png/SYNOFILE_THUMB_M.jpg',
        'cats/@eaDir/b.png',
        'cats/a.png',
        'dogs/b.png',
      ].map((path) => prefix + path),
    );
  });

  it('are named where there is nothing else', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'x/.cache/a.png': png,
      'x/@eaDir/b.png': png,
      'x/@eaDir/c.png': png,
      'a.zip': zipSync({ '__MACOSX/._a.png': png }),
    });
    await expect(parseSource('x', folder)).rejects.toThrow(
      /x: no images found in this folder \(left out as no data: 2 in thumbnails \(@eaDir\/.\.png\), 1 in hidden files and folders \(\.cache\/a\.png\)\), expected/,
    );
    await expect(loadDataset(await parseSource('a.zip', folder))).rejects.toThrow(
      'a.zip: no images found (left out as no data: 1 in resource forks of macOS (__MACOSX/._a.png))',
    );
  });
});
