/** Row 11, and 37 for arrays: archives that declare gigabytes. A mask compresses as well as a bomb, and is read; neither takes memory. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { npy, npyWithHeader } from '../datasets/array-fixtures';
import { idx, temporaryFolder, writeFiles } from '../datasets/fixtures';
import { gzipOf, zipOf } from '../datasets/zip-fixture';
import type { Zeros } from '../datasets/zip-fixture';
import { loadProgram } from './load-program';
import type { Load } from './load-program';

const LONGEST_GAP = 1000;
const MAX_MEMORY_BYTES = 180e6;
const COUNT = 13_500;
const SIDE = 125;
/** More than the memory that reading them may take, and than rows that come into memory may have. */
const BYTES = COUNT * SIDE * SIDE;
const NOTHING = new Uint8Array(0);

let load: Load;
let folder: string;
beforeEach(async () => {
  load = await loadProgram();
  folder = await temporaryFolder();
});

/** An array of so many bytes, which are zeros. */
function zeroArray(shape: string, zeros: number, descr = '|b1', fortran = 'False'): Zeros {
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`;
  return { start: npyWithHeader(header, NOTHING), zeros };
}

async function npz(arrays: Readonly<Record<string, Uint8Array | Zeros>>): Promise<string> {
  const path = join(folder, 'a.npz');
  await writeFile(path, zipOf(Object.entries(arrays)));
  return path;
}

describe('0.21 GB of masks in 0.2 MB', () => {
  it('are read in pieces, into the cache; the second time they are there', async () => {
    const masks = new Uint8Array(BYTES);
    for (let i = 0; i < COUNT; i++) masks[i * SIDE * SIDE + i] = 1;
    const path = await npz({ 'images.npy': npy(masks, { descr: '|b1', shape: [COUNT, SIDE, SIDE] }) });
    const cache = join(folder, 'cache');
    const first = await load('zip', path, { cache });
    expect(first).toMatchObject({ count: COUNT, error: null, resident: false, skipped: [] });
    expect(first.gapMs).toBeLessThan(LONGEST_GAP);
    expect(first.grown).toBeLessThan(MAX_MEMORY_BYTES);
    const second = await load('zip', path, { cache });
    expect(second).toMatchObject({ count: COUNT, resident: false, fingerprint: first.fingerprint });
    expect(second.ms).toBeLessThan(first.ms / 4);
    // Smaller, they come into memory: those rows, not what they were made of.
    const small = await load('zip', path, { cache, width: 28, height: 28 });
    expect(small).toMatchObject({ count: COUNT, resident: true });
    expect(small.grown).toBeLessThan(MAX_MEMORY_BYTES);
  });

  it('in an IDX file that is gzipped are read in pieces', async () => {
    const path = join(folder, 'x-images-idx3-ubyte.gz');
    await writeFile(path, gzipOf({ start: idx([COUNT, SIDE, SIDE], NOTHING), zeros: BYTES }));
    const loaded = await load('idx', path, { cache: join(folder, 'cache') });
    expect(loaded).toMatchObject({ count: COUNT, error: null, resident: false });
    expect(loaded.gapMs).toBeLessThan(LONGEST_GAP);
    expect(loaded.grown).toBeLessThan(MAX_MEMORY_BYTES);
  });

  it('in the order of Fortran, which would have to be in memory as a whole, are refused at once', async () => {
    const count = 20_000;
    const bytes = count * SIDE * SIDE;
    const path = await npz({ 'x.npy': zeroArray(`${count}, ${SIDE}, ${SIDE}`, bytes, '|b1', 'True') });
    const { error, ms, grown } = await load('zip', path);
    expect(error).toMatch(
      /a\.npz#x: got 312500128 bytes from \d+ compressed ones, in the order of Fortran, expected 268435456/,
    );
    expect(ms).toBeLessThan(2000);
    expect(grown).toBeLessThan(100e6);
  });
});

describe('what declares more than can be used is refused, or left, before it is read', () => {
  it('a single image of 900 megapixels', async () => {
    const path = await npz({ 'x.npy': zeroArray('1, 30000, 30000', 900e6, '|u1') });
    const { error, grown } = await load('zip', path);
    expect(error).toMatch(/a\.npz#x: 1 images of 30000 × 30000 pixels, expected up to/);
    expect(grown).toBeLessThan(100e6);
  });

  it('more than deflate can hold', async () => {
    const bytes = zipOf([['x.npy', npy(new Uint8Array(64), { descr: '|u1', shape: [4, 4, 4] })]]);
    bytes.writeUInt32LE(1e9, bytes.indexOf(Buffer.from('PK\x01\x02')) + 24);
    await writeFile(join(folder, 'a.npz'), bytes);
    const { error } = await load('zip', join(folder, 'a.npz'));
    expect(error).toMatch(/a\.npz#x: broken: 1000000000 bytes from \d+, more than deflate can give/);
  });

  it('480 MB of labels for four images', async () => {
    const path = await npz({
      'x.npy': npy(new Uint8Array(64), { descr: '|u1', shape: [4, 4, 4] }),
      'y.npy': zeroArray('60000000,', 480e6, '<i8'),
    });
    const { count, skipped, notes, grown } = await load('zip', path);
    expect([count, skipped]).toEqual([4, []]);
    expect(notes).toContain(
      'no labels of the array y: y: labels 60000000, expected one for each of 4 images',
    );
    expect(grown).toBeLessThan(100e6);
    await writeFiles(folder, {
      'x-images-idx3-ubyte': idx([4, 4, 4], new Uint8Array(64)),
      'x-labels-idx1-ubyte.gz': gzipOf({ start: idx([300e6], NOTHING), zeros: 300e6 }),
    });
    const labelled = await load('idx', join(folder, 'x-images-idx3-ubyte'));
    expect(labelled.error).toContain('number of labels 300000000, expected 4');
    expect(labelled.grown).toBeLessThan(100e6);
  });
});

it('pictures of an archive that are each 100 MB are not read all at once', async () => {
  const large = { start: Buffer.from('89504e470d0a1a0a', 'hex'), zeros: 100e6 - 8 };
  const path = join(folder, 'a.zip');
  await writeFile(path, zipOf(Array.from({ length: 7 }, (_, i) => [`${i}.png`, large] as const)));
  const { error, grown, gapMs } = await load('zip', path, { width: 8, height: 8 });
  expect(error).toContain('7 of 7 pictures cannot be used');
  expect(grown).toBeLessThan(0.65e9);
  expect(gapMs).toBeLessThan(LONGEST_GAP);
});
