import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../../src/datasets/load';
import type { LoadOptions } from '../../../src/datasets/load';
import { idx, temporaryFolder, writeFiles } from '../fixtures';

const load = (path: string, options?: LoadOptions) =>
  loadDataset({ kind: 'idx', uri: pathToFileURL(path).href }, options);
const ramp = (length: number) => Uint8Array.from({ length }, (_, i) => i & 255);

/** The four files of the MNIST layout, with 12 training and 4 test images of 5 rows and 6 columns. */
const layout = {
  'train-images-idx3-ubyte.gz': gzipSync(idx([12, 5, 6], ramp(360))),
  'train-labels-idx1-ubyte.gz': gzipSync(idx([12], ramp(12))),
  't10k-images-idx3-ubyte': idx([4, 5, 6], ramp(120)),
  't10k-labels-idx1-ubyte': idx([4], Uint8Array.of(3, 2, 1, 0)),
};

describe('IDX', () => {
  it('reads the MNIST layout with its split', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, layout);
    const dataset = await load(folder);
    expect(dataset).toMatchObject({ count: 16, shape: { width: 6, height: 5, channels: 1 }, skipped: [] });
    expect(dataset.split).toEqual({
      train: Uint32Array.from({ length: 10 }, (_, i) => i),
      validation: Uint32Array.of(10, 11),
      test: Uint32Array.of(12, 13, 14, 15),
    });
    expect(dataset.id(11)).toBe('train-images-idx3-ubyte.gz#11');
    expect(dataset.id(12)).toBe('t10k-images-idx3-ubyte#0');
    expect(() => dataset.id(16)).toThrow(RangeError);
    expect([...dataset.labels!.values]).toEqual([...ramp(12), 3, 2, 1, 0]);
    expect(dataset.labels!.names).toHaveLength(12);
    expect(Buffer.compare(dataset.images.resident!, Buffer.concat([ramp(360), ramp(120)]))).toBe(0);
  });

  it('reads a single file, with or without labels beside it', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, {
      'my-images-idx3-ubyte': idx([3, 4, 4], ramp(48)),
      'my-labels-idx1-ubyte.gz': gzipSync(idx([3], Uint8Array.of(1, 0, 1))),
      'other.idx3': idx([2, 4, 4], ramp(32)),
    });
    const labelled = await load(join(folder, 'my-images-idx3-ubyte'));
    expect(labelled).toMatchObject({ count: 3, split: undefined, name: 'my-images' });
    expect(labelled.labels).toEqual({ names: ['0', '1'], values: Int32Array.of(1, 0, 1) });
    const plain = await load(join(folder, 'other.idx3'));
    expect(plain).toMatchObject({ count: 2, labels: undefined, name: 'other' });
    expect((await load(folder)).count).toBe(3);
  });

  it('brings images to the shape that is asked for', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'x.idx': idx([2, 8, 8], new Uint8Array(128).fill(50)) });
    const dataset = await load(join(folder, 'x.idx'), { width: 4, channels: 3 });
    expect(dataset.shape).toEqual({ width: 4, height: 4, channels: 3 });
    expect(dataset.images.resident!).toEqual(new Uint8Array(2 * 4 * 4 * 3).fill(50));
  });

  it('stops when it is aborted', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, layout);
    await expect(load(folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});
