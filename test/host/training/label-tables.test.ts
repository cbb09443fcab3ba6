import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../src/datasets/parse-source';
import { datasetSource, withLabels } from '../../../src/host/training/dataset-source';
import { hasTables } from '../../../src/host/training/label-tables';
import { useFolder } from '../support';

const folder = useFolder();

describe('hasTables', () => {
  it('looks for tables in a folder of images and beside it; of an archive beside it', async () => {
    const photos = join(folder.path(), 'all', 'photos');
    await mkdir(join(photos, 'deep'), { recursive: true });
    for (const path of ['.hidden.csv', 'notes.txt', 'deep/a.csv']) await writeFile(join(photos, path), '');
    expect(await hasTables(photos, true)).toBe(false);
    await writeFile(join(photos, 'T.TSV'), '');
    expect([await hasTables(photos, true), await hasTables(photos, false)]).toEqual([true, false]);
    await writeFile(join(photos, '..', 'a.csv'), '');
    expect(await hasTables(`${photos}.zip`, false)).toBe(true);
    expect(await hasTables(join(folder.path(), 'no', 'folder'), true)).toBe(false);
  });
});

describe('withLabels', () => {
  it('names the table as the command line does', async () => {
    const root = folder.path();
    await mkdir(join(root, 'photos'));
    await writeFile(join(root, 'photos', 'a.png'), '');
    await writeFile(join(root, 'labels.csv'), 'path,label\na.png,x\n');
    const photos = await datasetSource('photos', root);
    const expected = await parseSource('photos', root, { labels: 'labels.csv' });
    expect(await withLabels(photos, 'labels.csv', root)).toEqual(expected);
    expect(await withLabels(photos, pathToFileURL(join(root, 'labels.csv')).href, undefined)).toEqual(
      expected,
    );
    expect(await withLabels(photos, 'labels.csv', root, 'mood')).toEqual(
      await parseSource('photos', root, { labels: 'labels.csv', labelColumn: 'mood' }),
    );
  });

  it('refuses what is no file, and a dataset that takes none', async () => {
    const root = folder.path();
    const photos = { kind: 'folder', uri: pathToFileURL(root).href } as const;
    await expect(withLabels(photos, 'none.csv', root)).rejects.toThrow(
      /none\.csv: there is no such file.*CSV/,
    );
    await expect(withLabels(photos, '.', root)).rejects.toThrow(/there is no such file/);
    await expect(withLabels({ ...photos, kind: 'npy' }, 'none.csv', root)).rejects.toThrow(
      /labels: got none\.csv, but only a folder, a \.zip or a \.tar/,
    );
  });
});
