/**
 * Runs of version 0.1.0 do not name the rules by which their images were read. Read by the rules 1, these datasets have the
 * fingerprints, labels and splits that they had when commit a4dd7cc, the last one without rules, loaded them.
 */
import { gzipSync } from 'node:zlib';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import type { DatasetSource } from '../../src/datasets/dataset';
import { loadDataset } from '../../src/datasets/load';
import { npy, ramp } from './array-fixtures';
import { greyPng, idx, picture, rawPng, temporaryFolder, writeFiles } from './fixtures';

/** Writes all the datasets into a folder. */
async function datasets(): Promise<string> {
  const folder = await temporaryFolder();
  const coloured = (seed: number) =>
    picture({ width: 12, height: 12, channels: 3 }, (x, y, c) => (x * 20 + y * seed + c * 90) % 256);
  const deep = (seed: number) => {
    const lines = new Uint8Array(8 * (1 + 16));
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++) {
        const value = (x * 400 + y * seed) % 4096;
        lines.set([value >> 8, value & 255], y * 17 + 1 + 2 * x);
      }
    return rawPng({ width: 8, height: 8, bitDepth: 16, colourType: 0, lines });
  };
  const named = (prefix: string, count: number, make: (i: number) => Uint8Array) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}.png`, make(i + 1)]));
  const split = {
    ...named('train/cat/', 6, coloured),
    ...named('train/dog/', 6, (i) => coloured(i + 20)),
    ...named('test/cat/', 2, (i) => coloured(i + 40)),
    'train/@eaDir/t.png': greyPng(12, 1),
  };
  const prefixed = (at: string, files: Record<string, Uint8Array>) =>
    Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${at}/${name}`, bytes]));
  await writeFiles(folder, {
    ...prefixed('split', split),
    'split.zip': zipSync(split),
    ...prefixed(
      'deep',
      named('', 12, (i) => deep(i * 37)),
    ),
    ...prefixed(
      'masks',
      named('', 12, (i) => picture({ width: 8, height: 8, channels: 1 }, (x) => (x % (i + 1) === 0 ? 1 : 0))),
    ),
    ...prefixed('sizes', { ...named('', 19, (i) => greyPng(20, i)), 'z.png': greyPng(33, 9) }),
    'truth.npy': npy(
      ramp(12 * 16).map((value) => value % 2),
      { descr: '|u1', shape: [12, 4, 4] },
    ),
    'rows.npy': npy(ramp(12 * 8 * 4), { descr: '|u1', shape: [12, 8, 4] }),
    'parts.npz': zipSync({
      'x.npy': npy(ramp(12 * 16), { descr: '|u1', shape: [12, 4, 4] }),
      'x_test.npy': npy(ramp(48), { descr: '|u1', shape: [3, 4, 4] }),
    }),
    'emnist-train-images-idx3-ubyte.gz': gzipSync(idx([12, 4, 4], ramp(12 * 16))),
  });
  return folder;
}

it.each<[string, Exclude<DatasetSource['kind'], 'digits'>]>([
  ['split', 'folder'],
  ['split.zip', 'zip'],
  ['deep', 'folder'],
  ['masks', 'folder'],
  ['sizes', 'folder'],
  ['truth.npy', 'npy'],
  ['rows.npy', 'npy'],
  ['parts.npz', 'zip'],
  ['emnist-train-images-idx3-ubyte.gz', 'idx'],
])('%s', async (name, kind) => {
  const uri = pathToFileURL(join(await datasets(), name)).href;
  // A run names the shape of its images.
  const shaped = name === 'sizes' ? ({ width: 32, height: 32, channels: 1 } as const) : {};
  const dataset = await loadDataset({ kind, uri, rules: 1 }, shaped);
  const { count, shape, fingerprint, labels, split } = dataset;
  const parts = split && [split.train.length, split.validation.length, split.test.length];
  expect({ count, shape, fingerprint, classes: labels?.names, parts }).toMatchSnapshot();
});
