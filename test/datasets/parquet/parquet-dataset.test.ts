import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { loadDataset, parseSource } from '../../../src/datasets/load';
import { greyPng, temporaryFolder, writeFiles } from '../fixtures';

/** Five 8x8 images by pyarrow; beside it lies what made it. */
const PYARROW = join(__dirname, '../../fixtures/parquet/digits.parquet');
const load = (path: string) => loadDataset({ kind: 'parquet', uri: pathToFileURL(path).href });

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];
async function written(columnData: Columns) {
  const folder = await temporaryFolder();
  await writeFiles(folder, { 'a.parquet': new Uint8Array(parquetWriteBuffer({ columnData })) });
  return join(folder, 'a.parquet');
}

describe('a Parquet file of images', () => {
  it('by pyarrow, as hubs export them, is read with the names of its classes', async () => {
    const dataset = await load(PYARROW);
    expect(dataset).toMatchObject({ name: 'digits', count: 5, shape: { width: 8, height: 8, channels: 1 } });
    expect(dataset.labels).toEqual({ names: ['zero', 'one', 'two'], values: Int32Array.of(0, 1, 2, 0, 1) });
    expect(Array.from({ length: 5 }, (_, i) => dataset.images.resident![64 * i])).toEqual([
      0, 40, 80, 120, 160,
    ]);
    expect([dataset.id(0), dataset.id(4)]).toEqual(['digits.parquet#0', 'digits.parquet#4']);
  });

  it('in a folder of parts brings its split', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'data/readme.txt': '' });
    for (const name of ['test-00000-of-00001', 'train-00000-of-00002', 'train-00001-of-00002']) {
      await copyFile(PYARROW, join(folder, 'data', `${name}.parquet`));
    }
    const source = await parseSource(folder, '/');
    expect(source).toEqual({ kind: 'parquet', uri: pathToFileURL(folder).href });
    const dataset = await loadDataset(source);
    expect(dataset.count).toBe(15);
    expect(dataset.id(5)).toBe('train-00001-of-00002.parquet#0');
    expect(dataset.split).toEqual({
      train: Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8),
      validation: Uint32Array.of(9),
      test: Uint32Array.of(10, 11, 12, 13, 14),
    });
  });

  it('may hold bare bytes and text labels; rows that cannot be used are listed', async () => {
    const path = await written([
      { name: 'img', type: 'BYTE_ARRAY', data: [greyPng(8, 1), new Uint8Array([1, 2]), greyPng(8, 3)] },
      { name: 'class', type: 'STRING', data: ['dog', 'dog', 'cat'] },
    ]);
    const dataset = await load(path);
    expect(dataset.labels).toEqual({ names: ['cat', 'dog'], values: Int32Array.of(1, 0) });
    expect([dataset.id(0), dataset.id(1)]).toEqual(['a.parquet#0', 'a.parquet#2']);
    expect(dataset.skipped.map(({ path }) => path)).toEqual(['a.parquet#1']);
  });

  it('without images, or cut, is refused', async () => {
    const path = await written([{ name: 'text', type: 'STRING', data: ['a', 'b'] }]);
    await expect(load(path)).rejects.toThrow(
      /a.parquet: no column of images: got text; expected one of bytes/,
    );
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'b.parquet': 'PAR1 and nothing more',
      'c.parquet': 'PAR1\xff\xff\xff\x7fPAR1',
    });
    await expect(load(join(folder, 'b.parquet'))).rejects.toThrow(
      /b.parquet: not a Parquet file, or a truncated/,
    );
    await expect(load(join(folder, 'c.parquet'))).rejects.toThrow(/c.parquet: a description of/);
  });
});
