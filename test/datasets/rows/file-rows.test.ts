/** Images that stay in their file: those of arrays and IDX files of bytes, above a limit. */
import { mkdir, readdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { binarised } from '../../../src/datasets/sampling/binarise';
import { loadDataset } from '../../../src/datasets/load';
import type { LoadOptions } from '../../../src/datasets/load';
import { npy, ramp } from '../array-fixtures';
import { idx, temporaryFolder, writeFiles } from '../fixtures';

const load = (kind: 'npy' | 'idx', path: string, options?: LoadOptions) =>
  loadDataset({ kind, uri: pathToFileURL(path).href }, options);

/** In memory and in place: everything about them is the same. */
async function both(kind: 'npy' | 'idx', path: string) {
  const resident = await load(kind, path);
  const inPlace = await load(kind, path, { residentLimit: 0 });
  expect(inPlace.images.resident).toBeNull();
  expect(inPlace.images.range(0, inPlace.count)).toEqual(resident.images.resident);
  const without = { images: null, id: null };
  expect({ ...inPlace, ...without }).toEqual({ ...resident, ...without });
  const last = inPlace.count - 1;
  expect(inPlace.id(last)).toBe(resident.id(last));
  return { resident, inPlace };
}

describe('an array', () => {
  it.each([[[6, 5, 4]], [[6, 5, 4, 1]], [[6, 1, 5, 4]], [[6, 5, 4, 3]]])(
    'of bytes, %j, is read in place, with the fingerprint that it has in memory',
    async (shape) => {
      const folder = await temporaryFolder();
      const size = shape.reduce((a, b) => a * b);
      await writeFiles(folder, { 'a.npy': npy(ramp(size), { descr: '|u1', shape }) });
      const { resident, inPlace } = await both('npy', join(folder, 'a.npy'));
      expect(binarised(inPlace, 'fixed', 1).images.gather([4, 2])).toEqual(
        binarised(resident, 'fixed', 1).images.gather([4, 2]),
      );
    },
  );

  it.each([
    ['channels first', { descr: '|u1', shape: [2, 3, 4, 4] }, {}],
    ['in Fortran’s order', { descr: '|u1', shape: [6, 4, 4], fortran: true }, {}],
    ['of other numbers', { descr: '|b1', shape: [6, 4, 4] }, {}],
    ['that is brought to another shape', { descr: '|u1', shape: [6, 4, 4] }, { width: 8 }],
    ['below the limit', { descr: '|u1', shape: [6, 4, 4] }, { residentLimit: 96 }],
  ])('%s comes into memory', async (_, array, options) => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.npy': npy(new Uint8Array(96).fill(1), array) });
    const dataset = await load('npy', join(folder, 'a.npy'), { residentLimit: 0, ...options });
    expect(dataset.images.resident).not.toBeNull();
    expect(dataset.fingerprint).toBe((await load('npy', join(folder, 'a.npy'), options)).fingerprint);
  });

  it('whose file becomes shorter says so', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.npy': npy(ramp(96), { descr: '|u1', shape: [6, 4, 4] }) });
    const { images } = await load('npy', join(folder, 'a.npy'), { residentLimit: 0 });
    await truncate(join(folder, 'a.npy'), 200);
    expect(() => images.gather([5])).toThrow(/^a\.npy: the file became shorter: .*restore the original file/);
  });
});

describe('IDX', () => {
  const train = idx([12, 5, 6], ramp(360));
  const test = idx([4, 5, 6], ramp(120));

  it('files of the MNIST layout are read in place, with labels and split', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'train-images-idx3-ubyte': train,
      'train-labels-idx1-ubyte.gz': gzipSync(idx([12], ramp(12))),
      't10k-images-idx3-ubyte': test,
      't10k-labels-idx1-ubyte': idx([4], Uint8Array.of(3, 2, 1, 0)),
    });
    const { inPlace } = await both('idx', folder);
    expect(inPlace.split!.test).toEqual(Uint32Array.of(12, 13, 14, 15));
  });

  it('files of which one is gzipped come into memory', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'train-images-idx3-ubyte': train,
      't10k-images-idx3-ubyte.gz': gzipSync(test),
    });
    const dataset = await load('idx', folder, { residentLimit: 0 });
    expect(dataset.images.resident).toEqual((await load('idx', folder)).images.resident);
  });

  it.each([
    ['truncated', train.subarray(0, 300), 'a.idx: number of images 12'],
    ['cut in the header', train.subarray(0, 10), 'a.idx: truncated: got 10 bytes'],
    ['longer than it says', Buffer.concat([train, train]), 'but the file has more'],
  ])('a file %s is refused as it is in memory', async (_, bytes, message) => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.idx': bytes });
    for (const options of [{}, { residentLimit: 0 }]) {
      const error = expect.objectContaining({
        name: 'DataError',
        message: expect.stringContaining(message) as string,
      }) as Error;
      await expect(load('idx', join(folder, 'a.idx'), options)).rejects.toThrow(error);
    }
  });
});

describe('the fingerprint of a file that is read in place', () => {
  /** An array that was written long ago, and an empty cache. */
  async function settled() {
    const folder = await temporaryFolder();
    const [path, cache] = [join(folder, 'a.npy'), join(folder, 'cache')];
    await writeFile(path, npy(ramp(96), { descr: '|u1', shape: [6, 4, 4] }));
    await utimes(path, 1e9, 1e9);
    const fingerprint = async (options?: LoadOptions) =>
      (await load('npy', path, { residentLimit: 0, cache, ...options })).fingerprint;
    const entries = async () =>
      (await readdir(join(cache, 'fingerprints')).catch(() => [])).map((name) =>
        join(cache, 'fingerprints', name),
      );
    return { path, cache, fingerprint, entries };
  }
  const INVENTED = 'b'.repeat(64);

  it('is remembered, and found again', async () => {
    const { fingerprint, entries } = await settled();
    const first = await fingerprint();
    const [entry, ...others] = await entries();
    expect(others).toEqual([]);
    expect(await readFile(entry!, 'utf8')).toBe(first);
    // Where it comes from is seen by another in its place.
    await writeFile(entry!, INVENTED);
    expect(await fingerprint()).toBe(INVENTED);
    await writeFile(entry!, 'no fingerprint');
    expect(await fingerprint()).toBe(first);
  });

  it('is made anew when the file was written to, or the images have another shape', async () => {
    const { path, fingerprint, entries } = await settled();
    const first = await fingerprint();
    await writeFile((await entries())[0]!, INVENTED);
    await writeFile(path, npy(ramp(96).reverse(), { descr: '|u1', shape: [6, 4, 4] }));
    await utimes(path, 1e9, 1e9);
    const second = await fingerprint();
    expect([first, INVENTED]).not.toContain(second);
    await writeFile(path, npy(ramp(96).reverse(), { descr: '|u1', shape: [4, 6, 4] }));
    await utimes(path, 1e9, 1e9);
    expect([first, second, INVENTED]).not.toContain(await fingerprint());
  });

  it('is not remembered of a file that was just written, without a cache, or of images in memory', async () => {
    const { path, fingerprint, entries } = await settled();
    await fingerprint({ residentLimit: 1000 });
    await load('npy', path, { residentLimit: 0 });
    await writeFile(path, npy(ramp(96), { descr: '|u1', shape: [6, 4, 4] }));
    await fingerprint();
    expect(await entries()).toEqual([]);
  });

  it('needs no cache that can be written', async () => {
    const { cache, fingerprint } = await settled();
    await mkdir(cache);
    await writeFile(join(cache, 'fingerprints'), 'in the way');
    expect(await fingerprint()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('can be cancelled', async () => {
    const { fingerprint } = await settled();
    await expect(fingerprint({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  });
});
