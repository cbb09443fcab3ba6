import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Engine, Session } from '../../src/engine/engine';
import type { Convolution, VaeConfig } from '../../src/vae/config';
import { parameterShapes } from '../../src/vae/parameters';
import { engines, enginesButWebgpu } from '../support/engines';
import { PLAIN } from '../support/training';

/** Made by test/fixtures/make_conv_step.py with PyTorch in double precision. */
interface Fixture {
  readonly sizes: { M: number; L: number; Z: number; rate: number; units: number };
  readonly convolution: Convolution;
  readonly start: Record<string, number[]>;
  readonly pixels: number[];
  readonly epsilon: number[];
  readonly gradient: Record<string, number[]>;
  readonly bounds: [number, number, number][];
  readonly parameters: Record<string, number[]>;
}

const fixture = JSON.parse(readFileSync(join(__dirname, '../fixtures/conv_step.json'), 'utf8')) as Fixture;
const { M, L, Z, rate, units } = fixture.sizes;
const { width, height, channels } = fixture.convolution;
const model: VaeConfig = {
  inputSize: width * height * channels,
  convolution: fixture.convolution,
  encoderHidden: [units],
  decoderHidden: [units],
  latent: Z,
  activation: 'relu',
  likelihood: 'bernoulli',
};
const pixels = Uint8Array.from(fixture.pixels);
const noise = Float32Array.from(fixture.epsilon);

/** Single precision against double, relative to the largest number: sums of up to a few thousand terms. */
function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  const values = Array.from(expected);
  const tolerance = 2e-5 * Math.max(1, ...values.map(Math.abs));
  expect(got).toHaveLength(values.length);
  values.forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(tolerance));
}

test('the parameters are those of the independent implementation, in the same order', () => {
  const sizes = Object.entries(parameterShapes(model)).map(([name, shape]) => [
    name,
    shape.reduce((a, b) => a * b),
  ]);
  expect(sizes).toEqual(Object.entries(fixture.start).map(([name, { length }]) => [name, length]));
});

async function opened(open: () => Promise<Engine>, learningRate: number): Promise<Session> {
  const optimizer = { name: 'sgd', learningRate } as const;
  const training = { ...PLAIN, minibatch: M, draws: L, datapoints: M, optimizer };
  const session = await (await open()).open(model, training, pixels);
  const parameters = Object.fromEntries(
    Object.entries(fixture.start).map(([key, values]) => [key, Float32Array.from(values)]),
  );
  await session.load({ step: 0, parameters, slots: {} });
  return session;
}

describe.each(engines)('$name', ({ present, open }) => {
  test.skipIf(!present)('three steps agree with PyTorch', async () => {
    const session = await opened(open, rate);
    const rows = Uint32Array.from({ length: 3 * M }, (_, i) => i % M);
    const metrics = await session.train({ steps: 3, firstStep: 0, rows, noise });
    const column = (i: 0 | 1 | 2): number[] => fixture.bounds.map((terms) => terms[i]);
    expectClose(metrics.elbo, column(0));
    expectClose(metrics.reconstruction, column(1));
    // The difference of two numbers of order 1000.
    metrics.kl.forEach((kl, i) => expect(Math.abs(kl - column(2)[i]!)).toBeLessThan(2e-3));
    const { parameters } = await session.read();
    for (const [key, expected] of Object.entries(fixture.parameters)) expectClose(parameters[key]!, expected);
    session.dispose();
  });
});

describe.each(enginesButWebgpu)('$name', ({ present, open }) => {
  const skipped = !present;

  test.skipIf(skipped)('one step with rate 1 moves by PyTorch’s gradient', async () => {
    const session = await opened(open, 1);
    const rows = Uint32Array.from({ length: M }, (_, i) => i);
    await session.train({ steps: 1, firstStep: 0, rows, noise: noise.subarray(0, L * M * Z) });
    const { parameters } = await session.read();
    for (const [key, gradient] of Object.entries(fixture.gradient)) {
      expectClose(
        parameters[key]!.map((value, i) => value - fixture.start[key]![i]!),
        gradient,
      );
    }
    session.dispose();
  });

  test.skipIf(skipped)(
    'an image’s posterior and decoding do not depend on the others in the batch',
    async () => {
      const session = await opened(open, rate);
      const together = await session.encode(pixels, M);
      const decoded = await session.decode(together.mean, M);
      for (let i = 0; i < M; i++) {
        const image = pixels.subarray(i * model.inputSize, (i + 1) * model.inputSize);
        const alone = await session.encode(image, 1);
        expectClose(alone.mean, together.mean.subarray(i * Z, (i + 1) * Z));
        expectClose(alone.logVariance, together.logVariance.subarray(i * Z, (i + 1) * Z));
        expectClose(
          await session.decode(alone.mean, 1),
          decoded.subarray(i * model.inputSize, (i + 1) * model.inputSize),
        );
      }
      session.dispose();
    },
  );

  test.skipIf(skipped)('the tensor count stays the same', async () => {
    const session = await opened(open, rate);
    const count = session.tensorCount();
    const rows = Uint32Array.from({ length: M }, (_, i) => i);
    for (let i = 0; i < 3; i++) {
      await session.train({ steps: 1, firstStep: i, rows, noise: new Float32Array(L * M * Z) });
      await session.evaluate(pixels, M, new Float32Array(L * M * Z), L);
    }
    expect(session.tensorCount()).toBe(count);
    session.dispose();
  });
});
