import { expect, test } from 'vitest';
import { formatSize, hostsOf, sizeOf } from '../../src/download/dataset';
import { datasetFolder, MNIST } from '../../src/download/mnist';

test('MNIST comes from two hosts, by https, from folders', () => {
  expect(hostsOf(MNIST)).toEqual(['storage.googleapis.com', 'ossci-datasets.s3.amazonaws.com']);
  for (const mirror of MNIST.mirrors) {
    expect(new URL(mirror).protocol).toBe('https:');
    expect(new URL('a.gz', mirror).href).toBe(`${mirror}a.gz`);
  }
});

test('its files have the sizes that their authors’ page names, and a sha256 each', () => {
  // The page of LeCun, Cortes and Burges: 9912422, 28881, 1648877 and 4542 bytes.
  expect(sizeOf(MNIST.files)).toBe(9_912_422 + 28_881 + 1_648_877 + 4_542);
  expect(formatSize(sizeOf(MNIST.files))).toBe('11.6 MB');
  expect(formatSize(4_542)).toBe('4.5 kB');
  expect(new Set(MNIST.files.map(({ sha256 }) => sha256)).size).toBe(4);
  for (const { name, sha256 } of MNIST.files) {
    expect(name).toMatch(/^(train|t10k)-(images-idx3|labels-idx1)-ubyte\.gz$/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
});

test('it lies in a folder of its own in the cache', () => {
  expect(datasetFolder('/cache', MNIST)).toMatch(/^.cache.datasets.mnist$/);
});
