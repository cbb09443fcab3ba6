/** The parts of a minibatch that ranks draw are together what one process draws. */
import { describe, expect, test } from 'vitest';
import { residentRows } from '../../src/datasets/rows/image-rows';
import type { Chunk } from '../../src/engine/engine';
import { RandomStream } from '../../src/random/stream';
import type { RunConfig } from '../../src/runs/config';
import { requireEqualParts } from '../../src/runs/equal-parts';
import { ChunkSource } from '../../src/training/chunk-source';
import { rangeOf } from '../../src/training/minibatch-part';

const SIZE = 36;
const IMAGES = 30;
const STEPS = 5;
const rows = residentRows(
  Uint8Array.from({ length: IMAGES * SIZE }, (_, i) => (i * 2_654_435_761) >>> 24),
  SIZE,
);
const all = Uint32Array.from({ length: IMAGES }, (_, i) => i);

const configOf = (binarisation: string, augmentation: object, algorithm: string): RunConfig =>
  ({
    seed: 4,
    data: {
      ...{ width: 6, height: 6, channels: 1, binarisation, augmentation },
      split: { validation: 0.1, test: 0.1, seed: 9 },
    },
    // An odd number of latents, so that no part of the noise begins where the generator does.
    model: { latent: 3, inputSize: SIZE, likelihood: 'bernoulli' },
    training: { minibatch: 9, draws: 3, algorithm },
  }) as unknown as RunConfig;

const still = { shift: 0, flip: false };

/** The numbers of one step, of parts one after another. */
function joined(parts: readonly Chunk[], of: (chunk: Chunk) => ArrayLike<number>, step: number): number[] {
  return parts.flatMap((chunk) => {
    const values = Array.from(of(chunk));
    const size = values.length / chunk.steps;
    return values.slice(step * size, (step + 1) * size);
  });
}

describe.each([
  ['as they are', 'none', still, 'aevb'],
  ['binarised anew in each epoch', 'dynamic', still, 'aevb'],
  ['moved and mirrored', 'none', { shift: 2, flip: true }, 'aevb'],
  ['with the dreams of wake-sleep', 'none', still, 'wake-sleep'],
])('images %s', (_, binarisation, augmentation, algorithm) => {
  test.each([3, 9])('%i parts', (count) => {
    const config = configOf(binarisation, augmentation, algorithm);
    const whole = new ChunkSource(config, all, rows).chunk(2, STEPS);
    const parts = Array.from({ length: count }, (__, index) =>
      new ChunkSource(config, all, rows, null, { index, count }).chunk(2, STEPS),
    );
    const arrays: ((chunk: Chunk) => ArrayLike<number>)[] = [
      (chunk) => chunk.noise,
      (chunk) => chunk.images!,
      ...(algorithm === 'wake-sleep'
        ? [(chunk: Chunk) => chunk.dreams!.z, (chunk: Chunk) => chunk.dreams!.pixels]
        : []),
    ];
    for (const of of arrays)
      for (let step = 0; step < STEPS; step++) {
        const expected = joined([whole], of, step);
        expect(expected.length).toBeGreaterThan(0);
        expect(joined(parts, of, step)).toEqual(expected);
      }
  });
});

test('a part of random numbers is drawn without those before it', () => {
  const stream = new RandomStream(3, 'noise');
  for (const draw of ['words32', 'uniforms', 'normals'] as const) {
    const whole = Array.from(stream[draw](5, 40));
    for (const [skipped, count] of [
      [0, 7],
      [1, 8],
      [6, 5],
      [13, 27],
    ] as const)
      expect(Array.from(stream[draw](5, count, skipped)), draw).toEqual(
        whole.slice(skipped, skipped + count),
      );
  }
});

test('a minibatch that cannot be divided is refused, with those nearest to it', () => {
  expect(() => requireEqualParts(100, 4)).not.toThrow();
  expect(() => requireEqualParts(100, 8)).toThrow(
    'minibatch: got 100, which 8 devices cannot share equally; the nearest that they can: 96 and 104 (--set minibatch=104)',
  );
  expect(() => requireEqualParts(3, 1024)).toThrow('they can: 1,024 (--set minibatch=1024)');
  expect(() => rangeOf({ index: 0, count: 3 }, 10)).toThrow(RangeError);
});
