/**
 * A minibatch that several devices share trains as on one: XLA divides the whole step. Two devices in one process here, which give the
 * bytes that two processes give; skipped without JAX.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Chunk, Engine, TrainingState } from '../../../src/engine/engine';
import { jaxEngine } from '../../../src/engine/jax/engine';
import { RandomStream } from '../../../src/random/stream';
import { jaxPython } from '../../../src/setup/locations.mjs';
import type { OptimizerConfig, TrainingConfig, VaeConfig } from '../../../src/vae/config';
import { initialiseParameters } from '../../../src/vae/parameters';
import { stateShapes } from '../../../src/vae/state';
import { PLAIN } from '../../support/training';

const M = 12;
const IMAGES = 60;

const perceptron: VaeConfig = {
  ...{ inputSize: 64, convolution: null, encoderHidden: [32], decoderHidden: [32] },
  ...{ latent: 3, activation: 'tanh', likelihood: 'bernoulli' },
};
const convolutional: VaeConfig = {
  ...perceptron,
  ...{ inputSize: 32 * 32, activation: 'relu', encoderHidden: [16], decoderHidden: [16] },
  convolution: { width: 32, height: 32, channels: 1, filters: [4, 8, 8], kernel: 4 },
};
const adam: OptimizerConfig = {
  ...{ name: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-3 },
};
const sgd: OptimizerConfig = { name: 'sgd', learningRate: 1e-3 };
const plain: TrainingConfig = { ...PLAIN, minibatch: M, draws: 1, datapoints: IMAGES, optimizer: adam };

const python = jaxPython();

describe.skipIf(python === null)('two devices', () => {
  let one: Engine;
  let two: Engine;

  beforeAll(async () => {
    one = await jaxEngine(python!, 1);
    vi.stubEnv('XLA_FLAGS', '--xla_force_host_platform_device_count=2');
    vi.stubEnv('LATENT_EXPLORER_JAX_DEVICES', '2');
    two = await jaxEngine(python!, 1);
    vi.unstubAllEnvs();
  });
  afterAll(() => vi.unstubAllEnvs());

  const pixelsOf = ({ inputSize }: VaeConfig): Uint8Array =>
    Uint8Array.from(new RandomStream(2, 'sample').uniforms(0, IMAGES * inputSize), (u) => 255 * u ** 3);

  function chunkOf(firstStep: number, steps: number, model: VaeConfig, training: TrainingConfig): Chunk {
    const rowsPerStep = training.draws * M;
    const rows = Uint32Array.from({ length: steps * M }, (_, i) => (7 * (firstStep * M + i)) % IMAGES);
    const own = (purpose: 'noise' | 'dream', columns: number): Float32Array =>
      new RandomStream(6, purpose).normals(firstStep, steps * rowsPerStep * columns);
    const uniforms = new RandomStream(6, 'dream-pixels').uniforms(
      firstStep,
      steps * rowsPerStep * model.inputSize,
    );
    const dreams = { z: own('dream', model.latent), pixels: Float32Array.from(uniforms) };
    const isWakeSleep = training.algorithm === 'wake-sleep';
    return { steps, firstStep, rows, noise: own('noise', model.latent), ...(isWakeSleep && { dreams }) };
  }

  function startOf(model: VaeConfig, training: TrainingConfig): TrainingState {
    const random = new RandomStream(5, 'initialise');
    const parameters = initialiseParameters(model, { kind: 'glorot' }, (block, count) =>
      random.normals(block, count),
    );
    const slots = Object.fromEntries(
      Object.entries(stateShapes(model, training.optimizer))
        .filter(([name]) => !(name in parameters))
        .map(([name, shape]) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
    );
    return { step: 0, parameters, slots };
  }

  async function trained(
    engine: Engine,
    model: VaeConfig,
    training: TrainingConfig,
    steps: number,
    start = startOf(model, training),
  ) {
    const session = await engine.open(model, training, pixelsOf(model));
    try {
      await session.load(start);
      const elbo: number[] = [];
      for (let step = start.step; step < start.step + steps; step += 10) {
        const count = Math.min(10, start.step + steps - step);
        elbo.push(...(await session.train(chunkOf(step, count, model, training))).elbo);
      }
      return { elbo, state: await session.read() };
    } finally {
      session.dispose();
    }
  }

  const greatest = (a: readonly number[], b: readonly number[]): number =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

  test('are told of', () => {
    expect([one.description.build, two.description.build]).toEqual([
      expect.stringMatching(/processor$/),
      expect.stringMatching(/processor, 2 devices$/),
    ]);
  });

  test.each<[string, Partial<TrainingConfig>, number]>([
    ['AEVB', {}, 1e-3],
    [
      'three draws of IWAE',
      { draws: 3, objective: { ...PLAIN.objective, estimator: 'importance-weighted' } },
      1e-3,
    ],
    // A mean over the whole minibatch is bounded and clipped here: averages of slices would be others.
    [
      'free bits, beta and clipping',
      { objective: { ...PLAIN.objective, beta: 2, freeBits: 0.5 }, clipNorm: 1 },
      1e-3,
    ],
    // Its dreams' pixels flip at rounding.
    ['wake-sleep', { algorithm: 'wake-sleep' }, 0.2],
  ])('%s: the bounds of one device, and the same bytes again', async (_, changes, tolerance) => {
    const training = { ...plain, ...changes };
    const alone = await trained(one, perceptron, training, 100);
    const shared = await trained(two, perceptron, training, 100);
    // The comparison is not one of constants.
    expect(Math.abs(alone.elbo.at(-1)! - alone.elbo[0]!)).toBeGreaterThan(1);
    expect(greatest(shared.elbo, alone.elbo)).toBeLessThan(tolerance);
    expect(await trained(two, perceptron, training, 100)).toEqual(shared);
  });

  test('a convolutional model with SGD: the bounds of one device', async () => {
    const training = { ...plain, optimizer: sgd };
    const alone = await trained(one, convolutional, training, 30);
    const shared = await trained(two, convolutional, training, 30);
    expect(alone.elbo.at(-1)).toBeGreaterThan(alone.elbo[0]! + 5);
    expect(greatest(shared.elbo, alone.elbo)).toBeLessThan(1e-3);
  });

  test('a convolutional model with Adam: each single step is the same up to rounding, and the curve within 0.1 %', async () => {
    const alone = await trained(one, convolutional, plain, 40);
    const shared = await trained(two, convolutional, plain, 40);
    for (const [i, bound] of alone.elbo.entries())
      expect(Math.abs(shared.elbo[i]! - bound)).toBeLessThan(1e-3 * Math.abs(bound));
    // With plain gradient descent of rate 1, the change of a step is its gradient. From several states on the way.
    const descent: TrainingConfig = { ...plain, optimizer: { name: 'sgd', learningRate: 1 } };
    for (const steps of [1, 25]) {
      const { state } = await trained(one, convolutional, plain, steps);
      const start = { ...state, slots: {} };
      const [a, b] = [
        await trained(one, convolutional, descent, 1, start),
        await trained(two, convolutional, descent, 1, start),
      ];
      for (const [name, before] of Object.entries(start.parameters)) {
        const gradient = (of: TrainingState): number[] =>
          Array.from(of.parameters[name]!, (value, i) => value - before[i]!);
        const [of, other] = [gradient(a.state), gradient(b.state)];
        const largest = Math.max(...of.map(Math.abs));
        const weights = Math.max(...a.state.parameters[name]!.map(Math.abs));
        // A gradient is read off weights, which are rounded themselves to 6e-8 of their size.
        expect(greatest(other, of), name).toBeLessThan(4e-6 * largest + 1.2e-7 * weights);
      }
    }
  });
});
