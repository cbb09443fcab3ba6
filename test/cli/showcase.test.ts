import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { writeShowcase } from '../../src/cli/showcase';
import { tinyModel } from '../engine-process/support';

test('the pictures and images of `npm start` are of each class, also if the first images are of one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'showcase-'));
  try {
    const { dataset, model } = await tinyModel(2);
    const { values, names } = dataset.labels!;
    const parts = Uint32Array.from({ length: 200 }, (_, i) => i).sort((a, b) => values[b]! - values[a]!);
    const split = { train: parts, validation: parts, test: parts };
    const { pictures, images } = await writeShowcase(model, dataset, split, folder);
    expect(pictures.map((path) => basename(path))).toEqual([
      'reconstructions.png',
      'samples.png',
      'manifold.png',
      'interpolation.png',
    ]);
    expect(images.map((path) => basename(path).split('-')[0])).toEqual([...names]);
    for (const path of images) {
      const row = Number(basename(path, '.png').split('-')[1]);
      expect(names[values[row]!]).toBe(basename(path).split('-')[0]);
    }
    expect(await readdir(join(folder, 'images'))).toHaveLength(names.length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
