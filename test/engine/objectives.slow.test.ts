/** Every likelihood, estimator, algorithm and optimizer: three steps on each engine against the slow reference. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { ChunkDreams, Engine, TrainingState } from '../../src/engine/engine';
import { RandomStream } from '../../src/random/stream';
import { pixelNoiseOf } from '../../src/vae/pixel-noise';
import type { Objective, OptimizerConfig, TrainingConfig, VaeConfig } from '../../src/vae/config';
import { initialiseParameters } from '../../src/vae/parameters';
import { stateShapes } from '../../src/vae/state';
import { cpuEngine, enginesButWebgpu } from '../support/engines';
import { PLAIN } from '../support/training';

const M = 4;
const L = 3;
const STEPS = 3;
const PERCEPTRON: VaeConfig = {
  inputSize: 48,
  convolution: null,
  encoderHidden: [9, 7],
  decoderHidden: [8],
  latent: 2,
  activation: 'tanh',
  likelihood: 'bernoulli',
};
const CONVOLUTIONAL: VaeConfig = {
  ...PERCEPTRON,
  convolution: { width: 4, height: 4, channels: 3, filters: [4], kernel: 4 },
  encoderHidden: [8],
};
const ADAM: OptimizerConfig = { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const TRAINING: TrainingConfig = { ...PLAIN, minibatch: M, draws: L, datapoints: 10, optimizer: ADAM };

const objective = (change: Partial<Objective>): Partial<TrainingConfig> => ({
  objective: { ...PLAIN.objective, ...change },
});
const ASLEEP: Partial<TrainingConfig> = { algorithm: 'wake-sleep' };
const VARIANTS: readonly [string, VaeConfig, Partial<TrainingConfig>][] = [
  ['continuous Bernoulli', { ...PERCEPTRON, likelihood: 'continuous-bernoulli' }, {}],
  ['Gaussian', { ...PERCEPTRON, likelihood: 'gaussian' }, {}],
  ['discretized logistic', { ...PERCEPTRON, likelihood: 'discretized-logistic' }, {}],
  ['Gaussian, convolutions', { ...CONVOLUTIONAL, likelihood: 'gaussian' }, {}],
  ['gelu', { ...PERCEPTRON, activation: 'gelu' }, {}],
  ['gelu, convolutions', { ...CONVOLUTIONAL, activation: 'gelu' }, {}],
  ['beta', PERCEPTRON, objective({ beta: 4 })],
  ['free bits', PERCEPTRON, objective({ freeBits: 0.2 })],
  ['sgvb-a', PERCEPTRON, objective({ estimator: 'sgvb-a' })],
  ['importance-weighted', PERCEPTRON, objective({ estimator: 'importance-weighted' })],
  ['wake-sleep', PERCEPTRON, ASLEEP],
  ['wake-sleep, convolutions', CONVOLUTIONAL, ASLEEP],
  ['wake-sleep, continuous Bernoulli', { ...PERCEPTRON, likelihood: 'continuous-bernoulli' }, ASLEEP],
  ['wake-sleep, Gaussian', { ...PERCEPTRON, likelihood: 'gaussian' }, ASLEEP],
  ['wake-sleep, discretized logistic', { ...PERCEPTRON, likelihood: 'discretized-logistic' }, ASLEEP],
  ['wake-sleep, clipped', PERCEPTRON, { ...ASLEEP, clipNorm: 0.5 }],
  ['clipped', PERCEPTRON, { clipNorm: 0.5 }],
  ['cosine', PERCEPTRON, { schedule: 'cosine', samples: 20 }],
  [
    'rmsprop with momentum',
    PERCEPTRON,
    { optimizer: { name: 'rmsprop', learningRate: 0.01, decay: 0.9, momentum: 0.8, epsilon: 1e-7 } },
  ],
];

const pixels = Uint8Array.from({ length: 10 * PERCEPTRON.inputSize }, (_, i) => (i * 2_654_435_761) >>> 24);

function startState(model: VaeConfig, training: TrainingConfig): TrainingState {
  const stream = new RandomStream(5, 'initialise');
  const parameters = initialiseParameters(model, { kind: 'glorot' }, (block, count) =>
    stream.normals(block, count),
  );
  const slots = Object.entries(stateShapes(model, training.optimizer)).filter(
    ([name]) => !(name in parameters),
  );
  return {
    step: 0,
    parameters,
    slots: Object.fromEntries(
      slots.map(([name, shape]) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
    ),
  };
}

function dreamsOf(model: VaeConfig): ChunkDreams {
  const count = STEPS * L * M;
  const stream = new RandomStream(6, 'dream-pixels');
  const numbers = count * model.inputSize;
  return {
    z: new RandomStream(6, 'dream').normals(0, count * model.latent),
    pixels: Float32Array.from(
      pixelNoiseOf(model) === 'normal' ? stream.normals(0, numbers) : stream.uniforms(0, numbers),
    ),
  };
}

async function trained(engine: Engine, model: VaeConfig, training: TrainingConfig) {
  const session = await engine.open(model, training, pixels);
  await session.load(startState(model, training));
  const rows = Uint32Array.from({ length: STEPS * M }, (_, i) => (i * 7) % 10);
  const noise = new RandomStream(6, 'noise').normals(0, STEPS * L * M * model.latent);
  const dreams = dreamsOf(model);
  const metrics = await session.train({ steps: STEPS, firstStep: 0, rows, noise, dreams });
  const decoded = await session.decode(Float32Array.from([0.3, -1, 2, 0.1]), 2);
  const { parameters, slots } = await session.read();
  session.dispose();
  return { metrics, decoded, state: { ...parameters, ...slots } };
}

const references = new Map<string, Promise<Awaited<ReturnType<typeof trained>>>>();

/** What the reference makes of a variant: once, for all engines. */
function reference(
  name: string,
  model: VaeConfig,
  training: TrainingConfig,
): Promise<Awaited<ReturnType<typeof trained>>> {
  const made = references.get(name) ?? cpuEngine().then((engine) => trained(engine, model, training));
  references.set(name, made);
  return made;
}

describe.each(enginesButWebgpu.filter(({ name }) => name !== 'cpu'))('$name', ({ present, open }) => {
  test.skipIf(!present).each(VARIANTS)('%s', async (name, model, change) => {
    const training = { ...TRAINING, ...change };
    // In this order: opening an engine sets the backend of tfjs.
    const expected = await reference(name, model, training);
    const got = await trained(await open(), model, training);
    // Adam's first steps are of the sign of a gradient: what is nearly 0 may go either way by twice a step.
    for (const [key, values] of Object.entries(expected.state)) {
      const off = values.filter((value, i) => Math.abs(value - got.state[key]![i]!) > 1e-4);
      expect(off.length, `${key}: ${off.length} of ${values.length} differ`).toBeLessThanOrEqual(
        values.length * 0.01,
      );
    }
    // The terms of a bound near 0 cancel: they are of about log 2 for each pixel, and are rounded to 1e-7 of that, often.
    const rounding = 5e-6 * model.inputSize * Math.LN2;
    expected.metrics.elbo.forEach((value, i) => {
      expect(Math.abs(got.metrics.elbo[i]! - value)).toBeLessThan(Math.max(1e-4 * Math.abs(value), rounding));
      expect(Number.isFinite(value)).toBe(true);
    });
    expected.decoded.forEach((value, i) => expect(got.decoded[i]).toBeCloseTo(value, 3));
  });
});

describe('the reference', () => {
  let plain: Awaited<ReturnType<typeof trained>>;
  beforeAll(async () => {
    plain = await trained(await cpuEngine(), PERCEPTRON, TRAINING);
  });

  test.each([
    ['beta', objective({ beta: 4 })],
    ['free bits', objective({ freeBits: 0.2 })],
    ['sgvb-a', objective({ estimator: 'sgvb-a' })],
    ['importance-weighted', objective({ estimator: 'importance-weighted' })],
    ['wake-sleep', ASLEEP],
  ] as const)(
    '%s: the first bound that is reported is the plain one, the update another',
    async (_, change) => {
      const other = await trained(await cpuEngine(), PERCEPTRON, { ...TRAINING, ...change });
      // Where the update needs other sums than the bound, these may round otherwise.
      expect(other.metrics.elbo[0]! / plain.metrics.elbo[0]!).toBeCloseTo(1, 6);
      expect(other.state).not.toEqual(plain.state);
    },
  );

  test('a norm that is never reached clips nothing', async () => {
    const other = await trained(await cpuEngine(), PERCEPTRON, { ...TRAINING, clipNorm: 1e6 });
    expect(other.state).toEqual(plain.state);
  });
});
