import { describe, expect, test } from 'vitest';
import { binariseForTraining } from '../../src/datasets/sampling/binarise';
import { Minibatches } from '../../src/datasets/sampling/minibatches';
import { residentRows, mappedRows } from '../../src/datasets/rows/image-rows';
import type { RunConfig } from '../../src/runs/config';
import { ChunkSource } from '../../src/training/chunk-source';
import { streamsImages, maxSteps } from '../../src/training/minibatch-images';

const SIDE = 6;
const SIZE = SIDE * SIDE;
const IMAGES = 30;
const M = 7;
const bytes = Uint8Array.from({ length: IMAGES * SIZE }, (_, i) => (i * 2_654_435_761) >>> 24);
const rows = residentRows(bytes, SIZE);
/** Every second image is for training. */
const training = Uint32Array.from({ length: IMAGES / 2 }, (_, i) => 2 * i);

function configOf(data: Partial<RunConfig['data']> = {}): RunConfig {
  return {
    seed: 4,
    data: {
      ...{ width: SIDE, height: SIDE, channels: 1, binarisation: 'none' },
      augmentation: { shift: 0, flip: false },
      split: { validation: 0.1, test: 0.1, seed: 9 },
      ...data,
    },
    model: { latent: 2, inputSize: SIZE },
    training: { minibatch: M, draws: 1 },
  } as Partial<RunConfig> as RunConfig;
}

const source = (data?: Partial<RunConfig['data']>) => new ChunkSource(configOf(data), training, rows);

test('a chunk brings its images where the engine cannot hold them as they are', () => {
  const elsewhere = mappedRows(rows, (own) => own);
  const brings = (data: Partial<RunConfig['data']>, from = rows, ownMemory?: number) =>
    streamsImages(configOf(data), from, ownMemory === undefined ? {} : { ownMemory });
  expect([brings({}), brings({ binarisation: 'fixed' }), brings({ binarisation: 'threshold' })]).toEqual(
    Array(3).fill(false),
  );
  expect(brings({}, elsewhere)).toBe(true);
  expect(brings({}, rows, 1e9)).toBe(true);
  expect(brings({ binarisation: 'dynamic' })).toBe(true);
  expect(brings({ augmentation: { shift: 1, flip: false } })).toBe(true);
});

test('the same minibatches and noise, with the images that they name', () => {
  const held = new ChunkSource(configOf(), training, null).chunk(3, 4);
  const { images, ...brought } = source().chunk(3, 4);
  expect(held.images).toBeUndefined();
  expect(images).toEqual(rows.gather(held.rows));
  expect(brought).toEqual({ ...held, rows: Uint32Array.from({ length: 4 * M }, (_, i) => i) });
});

test('dynamic binarisation: every step sees the draw of the epoch that it begins in', () => {
  const minibatches = new Minibatches(4, training.length, M);
  const { images } = source({ binarisation: 'dynamic' }).chunk(0, 8);
  const epochs = new Set<number>();
  for (let step = 0; step < 8; step++) {
    const numbers = minibatches.rowsOfStep(step).map((position) => training[position]!);
    const epoch = minibatches.epochOf(step);
    epochs.add(epoch);
    expect(images!.subarray(step * M * SIZE, (step + 1) * M * SIZE)).toEqual(
      binariseForTraining(rows.gather(numbers), numbers, 'dynamic', 9, epoch),
    );
  }
  expect(epochs.size).toBe(4);
});

describe('augmentation', () => {
  const augmentation = { shift: 2, flip: true };

  test.each(['none', 'dynamic'] as const)('binarisation %s: the same however steps are cut', (how) => {
    const whole = source({ augmentation, binarisation: how }).chunk(0, 9).images!;
    const parts = [
      [0, 2],
      [2, 6],
      [8, 1],
    ].map(([first, steps]) => source({ augmentation, binarisation: how }).chunk(first!, steps!).images!);
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
    expect(whole).not.toEqual(source({ binarisation: how }).chunk(0, 9).images);
  });

  test('moves grey values first and then binarises: white is as likely as the moved pixel is bright', () => {
    const grey = source({ augmentation }).chunk(0, 1).images!;
    const binary = source({ augmentation, binarisation: 'dynamic' }).chunk(0, 1).images!;
    const numbers = new Minibatches(4, training.length, M)
      .rowsOfStep(0)
      .map((position) => training[position]!);
    expect(binary).toEqual(binariseForTraining(grey, numbers, 'dynamic', 9, 0));
  });

  test('is binarised by the position that the image had before the dataset lost others', () => {
    const config = configOf({ binarisation: 'dynamic' });
    const there = new ChunkSource(config, Uint32Array.of(3), rows).chunk(0, 1).images!;
    const alone = residentRows(rows.gather([3]), rows.size);
    const moved = new ChunkSource(config, Uint32Array.of(0), alone, Uint32Array.of(3)).chunk(0, 1).images!;
    expect(moved).toEqual(there);
    expect(new ChunkSource(config, Uint32Array.of(0), alone).chunk(0, 1).images!).not.toEqual(there);
  });

  test('is another for an image in another epoch', () => {
    const config = configOf({ augmentation });
    const one = new ChunkSource(config, Uint32Array.of(3), rows);
    const seen = [0, 1, 2].map((step) => one.chunk(step, 1).images!.subarray(0, SIZE).join());
    expect(new Set(seen).size).toBe(3);
  });
});

test('the bytes that a chunk brings are bounded, a step always fits', () => {
  const large = (minibatch: number, inputSize: number) =>
    maxSteps({ training: { minibatch }, model: { inputSize } } as RunConfig);
  expect(large(100, 3072)).toBe(54);
  expect(large(1_000, 3 * 1024 * 1024)).toBe(1);
});
