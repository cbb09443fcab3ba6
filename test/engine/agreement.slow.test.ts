import { beforeAll, describe, expect, test } from 'vitest';
import { loadDigits } from '../../src/datasets/digits/digits';
import type { Engine, TrainingState } from '../../src/engine/engine';
import { RandomStream } from '../../src/random/stream';
import { DreamSource } from '../../src/training/dreams';
import { PRESETS } from '../../src/runs/settings/presets';
import type { TrainingConfig, VaeConfig } from '../../src/vae/config';
import { initialiseParameters } from '../../src/vae/parameters';
import { stateShapes } from '../../src/vae/state';
import { engines, enginesButWebgpu } from '../support/engines';

const IMAGES = 1000;
/** Convolutions of a hundred images take most of a minute, and of these the same kernels. */
const CONVOLVED_MINIBATCH = 20;
const presets = ['aevb', 'fast', 'conv', 'wake-sleep'] as const;
type Name = (typeof presets)[number];
/** After fewer steps of convolutions, what differs in each step is not yet covered by what grew from the start values. */
const stepsOf = (name: Name): number => (name === 'conv' ? 100 : 40);

const rootMeanSquare = (values: readonly Float32Array[]): number => {
  let [sum, count] = [0, 0];
  for (const array of values) {
    for (const value of array) sum += value * value;
    count += array.length;
  }
  return Math.sqrt(sum / count);
};

interface Outcome {
  readonly elbo: Float32Array;
  readonly state: TrainingState;
}

/**
 * How far two outcomes are apart: the worst bound of a step relative to its size, and all parameters' differences relative to
 * their size (root mean squares).
 */
function distance(one: Outcome, other: Outcome): { bound: number; parameters: number } {
  const differences = Object.entries(one.state.parameters).map(([key, values]) =>
    values.map((value, i) => value - other.state.parameters[key]![i]!),
  );
  return {
    bound: Math.max(...one.elbo.map((value, i) => Math.abs(value / other.elbo[i]! - 1))),
    parameters: rootMeanSquare(differences) / rootMeanSquare(Object.values(other.state.parameters)),
  };
}

/** @param jitter relative change of the start values */
async function trained(engine: Engine, name: Name, jitter = 0): Promise<Outcome> {
  const preset = PRESETS[name];
  const side = name === 'conv' ? 32 : 28;
  const { images } = await loadDigits(IMAGES, 0, { width: side, height: side });
  const convolution = preset.model.convolution && {
    ...preset.model.convolution,
    width: side,
    height: side,
    channels: 1 as const,
  };
  const model: VaeConfig = { ...preset.model, convolution, inputSize: side * side };
  const training: TrainingConfig = {
    ...preset.training,
    datapoints: IMAGES,
    ...(name === 'conv' && { minibatch: CONVOLVED_MINIBATCH }),
  };
  const start = new RandomStream(1, 'initialise');
  const parameters = initialiseParameters(model, preset.initialisation, (block, count) =>
    start.normals(block, count),
  );
  for (const values of Object.values(parameters)) {
    values.forEach((value, i) => (values[i] = value * (1 + jitter * ((i % 3) - 1))));
  }
  const slots = Object.fromEntries(
    Object.entries(stateShapes(model, training.optimizer)).flatMap(([key, shape]) =>
      key in parameters ? [] : [[key, new Float32Array(shape.reduce((a, b) => a * b, 1))]],
    ),
  );
  const session = await engine.open(model, training, images.range(0, IMAGES));
  await session.load({ step: 0, parameters, slots });
  const noise = new RandomStream(1, 'noise');
  const dreams = new DreamSource({ seed: 1, model, training });
  const { minibatch } = training;
  const elbo = new Float32Array(stepsOf(name));
  const steps = elbo.length / 2;
  for (let step = 0; step < elbo.length; step += steps) {
    const metrics = await session.train({
      steps,
      firstStep: step,
      rows: Uint32Array.from({ length: steps * minibatch }, (_, i) => (7 * (step * minibatch + i)) % IMAGES),
      noise: noise.normals(step, steps * minibatch * model.latent),
      ...(training.algorithm === 'wake-sleep' && { dreams: dreams.of(step, steps) }),
    });
    elbo.set(metrics.elbo, step);
  }
  const state = await session.read();
  session.dispose();
  return { elbo, state };
}

const reference = engines.find(({ name }) => name === 'tensorflow, eager')!;
const compiled = enginesButWebgpu.filter(({ name }) => name !== 'cpu' && name !== reference.name);

/** Steps in the last digits of single precision: one of them may happen to change little. */
const JITTERS = [1e-7, -1e-7, 2e-7];
/** Engines round differently in every operation of every step, not once at the start. */
const FACTOR = 10;
/** Rounding of a sum of about a thousand terms, whatever the start values do. */
const FLOOR = 1e-6;

/**
 * Engines add the same numbers in other orders, and steps grow on steps. What differences are only that is measured, not
 * guessed: by how much the reference itself ends elsewhere when its start values change in the last digit.
 */
describe.each(presets)('some steps of the preset %s', (name) => {
  let expected: Outcome;
  let rounding: ReturnType<typeof distance>;
  beforeAll(async () => {
    if (!reference.present) return;
    expected = await trained(await reference.open(), name);
    const own: ReturnType<typeof distance>[] = [];
    for (const jitter of JITTERS)
      own.push(distance(await trained(await reference.open(), name, jitter), expected));
    rounding = {
      bound: Math.max(FLOOR, ...own.map(({ bound }) => bound)),
      parameters: Math.max(FLOOR, ...own.map(({ parameters }) => parameters)),
    };
  });

  test.skipIf(!reference.present).each(compiled.filter(({ present }) => present))(
    '$name gives what tfjs does kernel by kernel',
    async ({ open }) => {
      const { bound, parameters } = distance(await trained(await open(), name), expected);
      expect(bound).toBeLessThan(FACTOR * rounding.bound);
      expect(parameters).toBeLessThan(FACTOR * rounding.parameters);
      // Whatever the measured distance, the same thing was learnt.
      expect(bound).toBeLessThan(0.05);
    },
  );
});
