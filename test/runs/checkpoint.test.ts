import { renameSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  listCheckpoints,
  newestCheckpoint,
  removeCheckpointLeftovers,
  writeCheckpoint,
} from '../../src/runs/checkpoint';
import type { Checkpoint } from '../../src/runs/checkpoint';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'vae-checkpoint-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

function checkpoint(step: number, best: number | null = null): Checkpoint {
  const data = Float32Array.from({ length: 6 }, (_, i) => step + i / 8);
  return {
    step,
    tensors: new Map([['w', { shape: [2, 3], data }]]),
    best: best === null ? null : { step: best, elbo: -100, epochsSince: 1 },
    row: { elbo: -0.1 - 0.2, reconstruction: -1e-300, count: 3 },
  };
}

test('what was written comes back, with the best so far', async () => {
  await writeCheckpoint(folder, checkpoint(40, 40));
  expect(await newestCheckpoint(folder)).toEqual(checkpoint(40, 40));
});

test('the last three and the best are kept', async () => {
  await writeCheckpoint(folder, checkpoint(10, 10));
  for (const step of [20, 30, 40, 50]) await writeCheckpoint(folder, checkpoint(step, 10));
  expect(await listCheckpoints(folder)).toEqual([10, 30, 40, 50]);
});

test('a damaged file is passed over, whatever byte is wrong, and the one before it is used', async () => {
  await writeCheckpoint(folder, checkpoint(10));
  await writeCheckpoint(folder, checkpoint(20));
  const path = join(folder, 'checkpoints', '20.safetensors');
  const whole = await readFile(path);
  for (let at = 0; at < whole.length; at += 3) {
    const damaged = Buffer.from(whole);
    damaged[at]! ^= 0x40;
    await writeFile(path, damaged);
    const read = await newestCheckpoint(folder);
    // A change in the header's padding or in `best` does no harm to the weights; any other is noticed.
    expect([10, 20]).toContain(read!.step);
    expect(read!.tensors).toEqual(checkpoint(read!.step).tensors);
  }
  for (let length = 0; length < whole.length; length += 7) {
    await writeFile(path, whole);
    await truncate(path, length);
    const messages: string[] = [];
    expect((await newestCheckpoint(folder, (message) => messages.push(message)))!.step).toBe(10);
    expect(messages[0]).toContain('checkpoint 20 was passed over');
  }
});

test('a training process that removes old checkpoints meanwhile has written a newer one, which is found', async () => {
  const file = (step: number): string => join(folder, 'checkpoints', `${step}.safetensors`);
  for (const step of [10, 20, 30, 40]) await writeCheckpoint(folder, checkpoint(step));
  renameSync(file(40), join(folder, '40'));
  const passedOver: string[] = [];
  const read = await newestCheckpoint(
    folder,
    (message) => passedOver.push(message),
    ({ step }) => {
      if (step !== 30) return;
      for (const old of [10, 20]) rmSync(file(old), { force: true });
      renameSync(join(folder, '40'), file(40));
      throw new Error('of another model');
    },
  );
  expect(read?.step).toBe(40);
  expect(passedOver).toEqual(['checkpoint 30 was passed over: of another model']);
});

test('weights that are not finite are never saved', async () => {
  const bad = { ...checkpoint(10), tensors: new Map([['w', { shape: [1], data: Float32Array.of(NaN) }]]) };
  await expect(writeCheckpoint(folder, bad)).rejects.toThrow("'w' holds NaN at step 10");
  expect(await listCheckpoints(folder)).toEqual([]);
});

test('only our own leftovers are removed', async () => {
  await writeCheckpoint(folder, checkpoint(10));
  const inside = join(folder, 'checkpoints');
  for (const name of ['.20.safetensors.77.vae-tmp', 'notes.vae-tmp', '.hidden'])
    await writeFile(join(inside, name), 'x');
  await removeCheckpointLeftovers(folder);
  expect((await readdir(inside)).sort()).toEqual(['.hidden', '10.safetensors', 'notes.vae-tmp']);
});

test('a folder without checkpoints has none', async () => {
  expect(await newestCheckpoint(folder)).toBeNull();
});
