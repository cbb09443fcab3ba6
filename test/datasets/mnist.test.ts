import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { loadDataset, parseSource } from '../../src/datasets/load';
import { imageSize } from '../../src/images/image-shape';

const folder = process.env.VAE_MNIST ?? resolve('../shared/data/mnist');
const absent = !existsSync(join(folder, 'train-images-idx3-ubyte.gz'));

it.skipIf(absent)('MNIST is MNIST: 50,000 + 10,000 + 10,000 images with the known hashes', async () => {
  const dataset = await loadDataset(await parseSource(folder, '/'));
  expect(dataset).toMatchObject({ count: 70_000, shape: { width: 28, height: 28, channels: 1 } });
  expect(dataset.split!.train).toHaveLength(50_000);
  expect(dataset.split!.validation).toHaveLength(10_000);
  expect([...dataset.split!.test.subarray(0, 2)]).toEqual([60_000, 60_001]);

  const sha256OfFile = (images: number, pixels: Uint8Array) => {
    const header = Buffer.alloc(16);
    [0x803, images, 28, 28].forEach((value, i) => header.writeUInt32BE(value, 4 * i));
    return createHash('sha256').update(header).update(pixels).digest('hex');
  };
  const end = 60_000 * imageSize(dataset.shape);
  expect(sha256OfFile(60_000, dataset.images.resident!.subarray(0, end))).toMatch(/^ba891046/);
  expect(sha256OfFile(10_000, dataset.images.resident!.subarray(end))).toMatch(/^0fa7898d/);

  // The first training images are 5, 0, 4, 1, 9; the first test image is a 7.
  expect([...dataset.labels!.values.subarray(0, 5), dataset.labels!.values[60_000]]).toEqual([
    5, 0, 4, 1, 9, 7,
  ]);
  expect(dataset.labels!.names).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
});
