import { rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileRows, rowPart } from '../../../src/datasets/rows/file-rows';
import { mappedRows, residentRows } from '../../../src/datasets/rows/image-rows';
import type { ImageRows } from '../../../src/datasets/rows/image-rows';
import { openRows, shareRows } from '../../../src/datasets/rows/shared-rows';
import { temporaryFolder } from '../fixtures';

const SIZE = 5;
const COUNT = 30;
const bytes = Uint8Array.from({ length: SIZE * COUNT }, (_, i) => (i * 7) % 256);

/** The same rows in two files, behind something else. */
async function inFiles(): Promise<{ rows: FileRows; paths: string[] }> {
  const folder = await temporaryFolder();
  const paths = ['a.rows', 'b.rows'].map((name) => join(folder, name));
  await writeFile(paths[0]!, Buffer.concat([Buffer.alloc(3), bytes.subarray(0, 11 * SIZE), Buffer.alloc(2)]));
  await writeFile(paths[1]!, bytes.subarray(11 * SIZE));
  for (const path of paths) await utimes(path, 1e9, 1e9);
  const parts = [await rowPart(paths[0]!, 3, 11), await rowPart(paths[1]!, 0, COUNT - 11)];
  return { rows: new FileRows(SIZE, parts), paths };
}

/** The same rows, kept in two steps of those of a file that has rows of 99 before, behind and between them. */
async function amongOthers(): Promise<FileRows> {
  const path = join(await temporaryFolder(), 'more.rows');
  const size = 3 * COUNT + 1;
  const more = new Uint8Array(size * SIZE).fill(99);
  const own = Uint32Array.from({ length: COUNT }, (_, row) => 2 + 3 * row - Number(row % 2 === 1));
  own.forEach((place, row) => more.set(bytes.subarray(row * SIZE, (row + 1) * SIZE), place * SIZE));
  await writeFile(path, more);
  const all = new FileRows(SIZE, [await rowPart(path, 0, 40), await rowPart(path, 40 * SIZE, size - 40)]);
  const some = Uint32Array.from({ length: size }, (_, row) => row).filter((row) => row % 3 !== 0);
  return all.only(some).only(own.map((place) => some.indexOf(place)));
}

const kinds: Record<string, () => Promise<ImageRows>> = {
  'in memory': () => Promise.resolve(residentRows(bytes.slice(), SIZE)),
  'in shared memory': () => Promise.resolve(openRows(shareRows(residentRows(bytes, SIZE)))),
  'in files': async () => (await inFiles()).rows,
  'in files with others between them': () => amongOthers(),
  'opened by another thread': async () => openRows(shareRows(await amongOthers())),
  changed: () => Promise.resolve(mappedRows(residentRows(bytes.slice(), SIZE), (own) => own)),
};

describe.each(Object.keys(kinds))('rows %s', (kind) => {
  it('are gathered in the order given, each as often as it is named', async () => {
    const rows = await kinds[kind]!();
    expect([rows.count, rows.size]).toEqual([COUNT, SIZE]);
    fc.assert(
      fc.property(fc.array(fc.nat(COUNT - 1), { maxLength: 50 }), (chosen) => {
        const expected = chosen.flatMap((row) => [...bytes.subarray(row * SIZE, (row + 1) * SIZE)]);
        expect([...rows.gather(chosen)]).toEqual(expected);
      }),
    );
  });

  it('are gathered as a copy', async () => {
    const rows = await kinds[kind]!();
    rows.gather([1]).fill(99);
    expect([...rows.gather([1])]).toEqual([...bytes.subarray(SIZE, 2 * SIZE)]);
  });

  it('are read in ranges', async () => {
    const rows = await kinds[kind]!();
    expect([...rows.range(0, COUNT)]).toEqual([...bytes]);
    expect([...rows.range(9, 4)]).toEqual([...bytes.subarray(9 * SIZE, 13 * SIZE)]);
    expect(rows.range(COUNT, 0)).toHaveLength(0);
  });

  it('come in memory that native code takes', async () => {
    const rows = await kinds[kind]!();
    for (const part of [rows.gather([1, 2]), rows.range(1, 2)])
      expect(part.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('that are not there are refused', async () => {
    const rows = await kinds[kind]!();
    for (const row of [COUNT, -1, NaN]) expect(() => rows.gather([0, row])).toThrow(RangeError);
    expect(() => rows.range(COUNT - 1, 2)).toThrow(RangeError);
  });
});

it('only rows in memory are resident', async () => {
  const resident = await Promise.all(
    Object.values(kinds).map(async (make) => (await make()).resident !== null),
  );
  expect(resident).toEqual([true, true, false, false, false, false]);
  expect(() => residentRows(bytes, 7)).toThrow('got 150 bytes, expected rows of 7');
});

it('a file that became shorter or vanished is named, with what to do', async () => {
  const { rows, paths } = await inFiles();
  await truncate(paths[1]!, 12 * SIZE);
  expect([...rows.gather([10])]).toEqual([...bytes.subarray(10 * SIZE, 11 * SIZE)]);
  const error = expect.objectContaining({ name: 'DataError' }) as Error;
  expect(() => rows.gather([25])).toThrow(error);
  expect(() => rows.gather([25])).toThrow(
    `b.rows: the file became shorter: got 60 bytes, expected at least 95; restore the original file (${paths[1]})`,
  );
  await rm(paths[0]!);
  expect(() => rows.gather([1])).toThrow(error);
  expect(() => rows.gather([1])).toThrow(/^a\.rows: not found: .*; restore the original file/);
});

it('a file that was written to since is refused, and good again once it is as it was', async () => {
  const { rows, paths } = await inFiles();
  await utimes(paths[0]!, 1.5e9, 1.5e9);
  expect(() => rows.gather([3])).toThrow(
    'a.rows: the file was written to while it was in use: written 2017-07-14T02:40:00.000Z, expected 2001-09-09T01:46:40.000Z; restore the original file',
  );
  expect(rows.gather([20])).toHaveLength(SIZE);
  await utimes(paths[0]!, 1e9, 1e9);
  expect([...rows.gather([3])]).toEqual([...bytes.subarray(3 * SIZE, 4 * SIZE)]);
});
