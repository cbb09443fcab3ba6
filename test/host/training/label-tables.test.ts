import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { csvLabels } from '../../../src/datasets/labels/csv-labels';
import { LABEL_COLUMNS, PATH_COLUMNS } from '../../../src/datasets/labels/table-columns';
import { parseSource } from '../../../src/datasets/parse-source';
import { datasetSource, withLabels } from '../../../src/host/training/dataset-source';
import { labelTables } from '../../../src/host/training/label-tables';
import { useFolder } from '../support';

const folder = useFolder();
const shown = async (data: string, kind: 'folder' | 'zip' = 'folder') =>
  (await labelTables(data, kind)).map(({ path, inside }) => [path.slice(folder.path().length + 1), inside]);

describe('labelTables', () => {
  it('finds tables in the folder of the images, then beside it; of an archive those beside it', async () => {
    const root = folder.path();
    await mkdir(join(root, 'photos', 'deep'), { recursive: true });
    const header = 'path,label\n';
    for (const path of ['photos/b.csv', 'photos/A.CSV', 'photos/deep/c.csv', 'photos.csv', '.hidden.csv'])
      await writeFile(join(root, path), header);
    await writeFile(join(root, 'numbers.csv'), 'id,weight\n1,2\n');
    await writeFile(join(root, 'path,label.txt'), header);
    await mkdir(join(root, 'folder.csv'));
    await symlink(join(root, 'nowhere'), join(root, 'photos', 'broken.csv'));
    expect(await shown(join(root, 'photos'))).toEqual([
      ['photos/A.CSV', true],
      ['photos/b.csv', true],
      ['photos.csv', false],
    ]);
    expect(await shown(join(root, 'photos.zip'), 'zip')).toEqual([['photos.csv', false]]);
  });

  it('takes the headers that the engine takes, however they are written', async () => {
    const data = join(folder.path(), 'photos');
    const path = join(data, 'table.csv');
    await mkdir(data);
    const headers = PATH_COLUMNS.flatMap((image) => LABEL_COLUMNS.map((label) => `${image},${label}`));
    const others = [
      '\ufeffFile;Class',
      '"path"\t" label "',
      'path,labels',
      'label',
      '',
      'paths,label',
      'x,y',
    ];
    for (const header of [...headers, ...others]) {
      const separator = /[;\t]/.exec(header)?.[0] ?? ',';
      await writeFile(path, `${header}\r\na.png${separator}x\r\n`);
      const isOffered = (await labelTables(data, 'folder')).length === 1;
      if (isOffered)
        expect([header, (await csvLabels(path, ['a.png'])).labels?.names]).toEqual([header, ['x']]);
      else expect(headers).not.toContain(header);
    }
  });

  it('reads no more than a header, and has nothing to offer where nothing can be read', async () => {
    await writeFile(join(folder.path(), 'long.csv'), `${'x'.repeat(10_000)},path,label\n`);
    expect(await shown(join(folder.path(), 'photos'))).toEqual([]);
    expect(await shown(join(folder.path(), 'no', 'such', 'folder'))).toEqual([]);
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
