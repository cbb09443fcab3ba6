import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digitImage } from '../../src/datasets/digits/digits';
import { loadImage } from '../../src/datasets/load';
import { writeSampleImages } from '../../src/datasets/write-sample-images';
import { temporaryFolder } from './fixtures';

it('writes digits by class as PNGs that read back to the same bytes, and overwrites nothing', async () => {
  const folder = join(await temporaryFolder(), 'samples');
  const source = { kind: 'digits', count: 12_000, seed: 0 } as const;
  const paths = await writeSampleImages(folder, source, 12);
  expect(paths[11]).toBe(join(folder, '1', '11.png'));
  expect(await readdir(folder)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  expect(await loadImage(paths[11]!, { width: 28, height: 28, channels: 1 })).toEqual(digitImage(0, 11));

  await writeFile(paths[0]!, 'mine');
  await writeSampleImages(folder, source, 12);
  expect(await readFile(paths[0]!, 'utf8')).toBe('mine');
});
