import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listSnapshots, readSnapshot, writeSnapshot } from '../../src/runs/snapshots';
import type { Weights } from '../../src/runs/weights';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'vae-snapshot-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

function weights(step: number): Weights {
  const data = Float32Array.from({ length: 6 }, (_, i) => step + i / 8);
  return { step, tensors: new Map([['w', { shape: [2, 3], data }]]) };
}

test('what was written comes back; all are kept, and listed by step', async () => {
  expect(await listSnapshots(folder)).toEqual([]);
  for (const step of [1, 13, 2, 100, 75]) await writeSnapshot(folder, weights(step));
  expect(await listSnapshots(folder)).toEqual([1, 2, 13, 75, 100]);
  const { step, tensors } = await readSnapshot(folder, 13);
  expect({ step, tensors }).toEqual(weights(13));
  expect(await readdir(folder)).toEqual(['snapshots']);
});

test('a damaged one is an error, not other weights', async () => {
  await writeSnapshot(folder, weights(8));
  const path = join(folder, 'snapshots', '8.safetensors');
  await truncate(path, 100);
  await expect(readSnapshot(folder, 8)).rejects.toThrow();
});

test('numbers that are not finite are refused', async () => {
  const { tensors } = weights(5);
  tensors.get('w')!.data[3] = NaN;
  await expect(writeSnapshot(folder, { step: 5, tensors })).rejects.toThrow(
    "not saved: 'w' holds NaN at step 5",
  );
  expect(await listSnapshots(folder)).toEqual([]);
});
