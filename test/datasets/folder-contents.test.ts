/** What a folder is taken for, and what in it is no part of the dataset. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatasetSource } from '../../src/datasets/dataset';
import { loadDataset, parseSource } from '../../src/datasets/load';
import { greyPng, idx, picture, temporaryFolder, writeFiles } from './fixtures';

const PYARROW = join(__dirname, '../fixtures/parquet/digits.parquet');
/** A picture that does not compress. */
const large = (seed: number) =>
  picture({ width: 64, height: 64, channels: 1 }, (x, y) => (x * 7919 + y * 104729 * (seed + x)) % 251);

async function opened(folder: string) {
  const source = await parseSource(folder, '/');
  const { notes } = await loadDataset(source);
  return { source, content: notes.filter(({ subject }) => subject === 'content') };
}

describe('a folder with files of two kinds', () => {
  it('is that of which there is more: Parquet files and a picture', async () => {
    const folder = await temporaryFolder();
    await copyFile(PYARROW, join(folder, 'train.parquet'));
    await writeFiles(folder, { 'banner.png': large(1) });
    const { source, content } = await opened(folder);
    expect(source.kind).toBe('parquet');
    expect(content).toEqual([
      {
        subject: 'content',
        level: 'warning',
        text: '1 picture in the same folder not read: banner.png; if they are the dataset, move them into a folder of their own',
      },
    ]);
  });

  it('is that of which there is more: pictures and a Parquet file', async () => {
    const folder = await temporaryFolder();
    await copyFile(PYARROW, join(folder, 'labels.parquet'));
    await writeFiles(folder, { 'a/1.png': large(1), 'a/2.png': large(2), 'b/3.png': large(3) });
    const { source, content } = await opened(folder);
    expect(source.kind).toBe('folder');
    expect(content.map(({ text }) => text)).toEqual([
      '1 Parquet file in the same folder not read: labels.parquet; to read these instead, name one of them',
    ]);
  });

  it("is that of which there is more: MNIST's files and pictures", async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'my-images-idx3-ubyte': idx([300, 4, 4], new Uint8Array(300 * 16)),
      'example.png': greyPng(8, 1),
      'other.png': greyPng(8, 2),
    });
    expect(await opened(folder)).toMatchObject({
      source: { kind: 'idx' },
      content: [
        {
          text: expect.stringMatching(
            /^2 pictures in the same folder not read: example.png, other.png;/,
          ) as string,
        },
      ],
    });
    await writeFiles(folder, { 'a/1.png': large(1), 'a/2.png': large(2) });
    expect(await opened(folder)).toMatchObject({
      source: { kind: 'folder' },
      content: [
        { text: expect.stringMatching(/^1 IDX file in the same folder not read: my-images/) as string },
      ],
    });
  });

  it('of one kind has no such note', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.png': greyPng(8, 1), 'notes.txt': 'x' });
    const source: DatasetSource = await parseSource(folder, '/');
    expect((await loadDataset(source)).notes.filter(({ subject }) => subject !== 'values')).toEqual([]);
  });
});
