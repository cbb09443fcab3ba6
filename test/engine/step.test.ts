import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Session, TrainingState } from '../../src/engine/engine';
import type { OptimizerConfig, VaeConfig } from '../../src/vae/config';
import { engines } from '../support/engines';
import { PLAIN } from '../support/training';

/** Made by test/fixtures/make_step.py with PyTorch in double precision. */
interface Fixture {
  readonly sizes: { M: number; D: number; H: number; Z: number; L: number; N: number };
  readonly start: Record<string, number[]>;
  readonly pixels: number[];
  readonly epsilon: number[];
  readonly gradient: Record<string, number[]>;
  readonly sgd: Trace;
  readonly adagrad: Trace;
  readonly adam: Trace;
}
interface Trace {
  readonly bounds: [number, number, number][];
  readonly parameters: Record<string, number[]>;
}

const fixture = JSON.parse(readFileSync(join(__dirname, '../fixtures/step.json'), 'utf8')) as Fixture;
const { M, D, H, Z, L, N } = fixture.sizes;
const model: VaeConfig = {
  inputSize: D,
  convolution: null,
  encoderHidden: [H],
  decoderHidden: [H],
  latent: Z,
  activation: 'tanh',
  likelihood: 'bernoulli',
};
const optimizers: Record<'sgd' | 'adagrad' | 'adam', OptimizerConfig> = {
  sgd: { name: 'sgd', learningRate: 0.05 },
  adagrad: { name: 'adagrad', learningRate: 0.05, epsilon: 1e-8 },
  adam: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-12 },
};
const slotNames = { sgd: [], adagrad: ['sum'], adam: ['m', 'v'] };

function startState(optimizer: keyof typeof optimizers): TrainingState {
  const parameters = Object.fromEntries(
    Object.entries(fixture.start).map(([name, values]) => [name, Float32Array.from(values)]),
  );
  const slots = Object.fromEntries(
    slotNames[optimizer].flatMap((slot) =>
      Object.entries(parameters).map(([name, { length }]) => [`${slot}/${name}`, new Float32Array(length)]),
    ),
  );
  return { step: 0, parameters, slots };
}

function expectClose(got: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(got).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(tolerance));
}

describe.each(engines)('$name', ({ present, open }) => {
  // Single precision against double: values of order 1, sums of tens of terms, three steps.
  const tolerance = 2e-5;

  async function trained(name: keyof typeof optimizers): Promise<{ session: Session; elbo: Float32Array }> {
    const engine = await open();
    const training = {
      ...PLAIN,
      minibatch: M,
      draws: L,
      datapoints: N,
      weightPrior: name === 'adagrad',
      optimizer: optimizers[name],
    };
    const session = await engine.open(model, training, Uint8Array.from(fixture.pixels));
    await session.load(startState(name));
    const rows = Uint32Array.from({ length: 3 * M }, (_, i) => i % M);
    const noise = Float32Array.from(fixture.epsilon);
    const metrics = await session.train({ steps: 3, firstStep: 0, rows, noise });
    expectClose(
      metrics.elbo,
      fixture[name].bounds.map(([elbo]) => elbo),
      tolerance,
    );
    expectClose(
      metrics.reconstruction,
      fixture[name].bounds.map(([, r]) => r),
      tolerance,
    );
    expectClose(
      metrics.kl,
      fixture[name].bounds.map(([, , kl]) => kl),
      tolerance,
    );
    return { session, elbo: metrics.elbo };
  }

  test.skipIf(!present).each(['sgd', 'adagrad', 'adam'] as const)(
    '%s: three steps of Algorithm 1 agree with PyTorch',
    async (name) => {
      const { session } = await trained(name);
      const state = await session.read();
      expect(state.step).toBe(3);
      for (const [parameter, expected] of Object.entries(fixture[name].parameters)) {
        expectClose(state.parameters[parameter]!, expected, tolerance);
      }
      session.dispose();
    },
  );

  test.skipIf(!present)('one step of sgd with rate 1 moves by PyTorch’s gradient', async () => {
    const engine = await open();
    const optimizer: OptimizerConfig = { name: 'sgd', learningRate: 1 };
    const training = { ...PLAIN, minibatch: M, draws: L, datapoints: N, optimizer };
    const session = await engine.open(model, training, Uint8Array.from(fixture.pixels));
    await session.load(startState('sgd'));
    const noise = Float32Array.from(fixture.epsilon.slice(0, L * M * Z));
    await session.train({ steps: 1, firstStep: 0, rows: Uint32Array.from([0, 1, 2, 3]), noise });
    const { parameters } = await session.read();
    for (const [name, gradient] of Object.entries(fixture.gradient)) {
      const moved = parameters[name]!.map((value, i) => value - fixture.start[name]![i]!);
      expectClose(moved, gradient, tolerance);
    }
    session.dispose();
  });

  test.skipIf(!present)('the tensor count stays the same over steps, evaluations and reads', async () => {
    const { session } = await trained('adam');
    const count = session.tensorCount();
    for (let i = 0; i < 20; i++) {
      const noise = new Float32Array(L * M * Z);
      await session.train({ steps: 1, firstStep: 3 + i, rows: Uint32Array.from([0, 1, 2, 3]), noise });
      await session.encode(Uint8Array.from(fixture.pixels), M);
      await session.decode(new Float32Array(Z), 1);
      await session.evaluate(Uint8Array.from(fixture.pixels), M, noise, L);
      await session.read();
    }
    expect(session.tensorCount()).toBe(count);
    session.dispose();
  });
});
