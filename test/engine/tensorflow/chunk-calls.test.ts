import { describe, expect, test } from 'vitest';
import type { Chunk } from '../../../src/engine/engine';
import { roomFor } from '../../../src/engine/room';
import { callsOf, MAX_FED_BYTES } from '../../../src/engine/tensorflow/chunk-calls';
import type { VaeConfig } from '../../../src/vae/config';
import { PLAIN } from '../../support/training';

const model: VaeConfig = {
  inputSize: 2,
  convolution: null,
  encoderHidden: [3],
  decoderHidden: [3],
  latent: 1,
  activation: 'tanh',
  likelihood: 'bernoulli',
};
const training = {
  ...PLAIN,
  minibatch: 2,
  draws: 1,
  datapoints: 4,
  optimizer: { name: 'sgd', learningRate: 1 } as const,
};
const images = Uint8Array.of(10, 11, 20, 21, 30, 31, 40, 41);
const chunk: Chunk = {
  steps: 3,
  firstStep: 7,
  rows: Uint32Array.of(3, 0, 1, 2, 2, 2),
  noise: Float32Array.of(1, 2, 3, 4, 5, 6),
};

describe('calls of a chunk', () => {
  test('one call of just the steps, where shapes may differ', () => {
    const calls = [...callsOf(chunk, model, training, images, null)];
    expect(calls).toEqual([
      {
        ...{ steps: 3, room: 3, firstStep: 7, images: null },
        rows: Int32Array.of(3, 0, 1, 2, 2, 2),
        noise: { epsilon: chunk.noise },
      },
    ]);
  });

  test('with room for two steps, two calls of the same shapes', () => {
    const calls = [...callsOf(chunk, model, training, images, 2)];
    expect(calls).toEqual([
      {
        ...{ steps: 2, room: 2, firstStep: 7, images: null },
        rows: Int32Array.of(3, 0, 1, 2),
        noise: { epsilon: Float32Array.of(1, 2, 3, 4) },
      },
      {
        ...{ steps: 1, room: 2, firstStep: 9, images: null },
        rows: Int32Array.of(2, 2, 0, 0),
        noise: { epsilon: Float32Array.of(5, 6, 0, 0) },
      },
    ]);
  });

  test('streamed images are copied, one a row, and as many in each call', () => {
    const calls = [...callsOf({ ...chunk, images }, model, training, null, 2)];
    expect(calls.map(({ rows }) => rows)).toEqual([Int32Array.of(0, 1, 2, 3), Int32Array.of(0, 1, 2, 3)]);
    expect(calls.map((call) => call.images)).toEqual([
      Uint8Array.of(40, 41, 10, 11, 20, 21, 30, 31),
      Uint8Array.of(30, 31, 30, 31, 0, 0, 0, 0),
    ]);
    const [whole] = callsOf({ ...chunk, images }, model, training, null, null);
    expect(whole!.images).toBe(images);
    expect(whole!.rows).toEqual(Int32Array.from(chunk.rows));
  });
});

describe('room of a compiled loop', () => {
  const sized = (inputSize: number, latent: number, minibatch: number, isStreamed = false): number =>
    roomFor({ ...model, inputSize, latent }, { ...training, minibatch }, isStreamed, MAX_FED_BYTES);

  test('is the largest power of two whose arguments take at most 2 MiB', () => {
    // 100 × (4 bytes of row + 20 × 4 of noise) = 8400 a step: 249 fit.
    expect(sized(784, 20, 100)).toBe(128);
    // And 784 bytes of each of 100 images: 86,800 a step, 24 fit.
    expect(sized(784, 20, 100, true)).toBe(16);
  });

  test('is at most 512 steps, and at least one', () => {
    expect(sized(4, 1, 1)).toBe(512);
    expect(sized(3 * 512 * 512, 20, 100, true)).toBe(1);
  });

  test('counts the noise of dreams', () => {
    // 100 × (4 + 4 × (20 + 20 + 784)) = 330,000 a step: 6 fit.
    expect(
      roomFor(
        { ...model, inputSize: 784, latent: 20 },
        { ...training, minibatch: 100, algorithm: 'wake-sleep' },
        false,
        MAX_FED_BYTES,
      ),
    ).toBe(4);
  });
});
