import { setBackend, tensor, tensor2d, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/random/stream';
import { clipByGlobalNorm } from '../../src/vae/clip';
import type { Objective, TrainingConfig, VaeConfig } from '../../src/vae/config';
import { objectiveTerms } from '../../src/vae/objective';
import { initialiseParameters, parameterShapes } from '../../src/vae/parameters';
import { stepSizeOf } from '../../src/vae/step-size';
import { PERCEPTRON } from '../support/models';
import { PLAIN } from '../support/training';
import { integrate } from './integrate';

beforeAll(async () => void (await setBackend('cpu')));

/** One latent dimension, so that log p(x) is an integral that can be done. */
const model: VaeConfig = { ...PERCEPTRON, inputSize: 3, encoderHidden: [4], decoderHidden: [4], latent: 1 };
const stream = new RandomStream(2, 'initialise');
const start = initialiseParameters(model, { kind: 'normal', standardDeviation: 0.8 }, (block, count) =>
  stream.normals(block, count),
);
const shapes = parameterShapes(model);
const names = Object.keys(shapes);
const X = [1, 0, 1];

const tensors = (values: Readonly<Record<string, Float32Array>> = start): Record<string, Tensor> =>
  Object.fromEntries(names.map((name) => [name, tensor(values[name]!, [...shapes[name]!])]));
const noise = (draws: number, seed: number): Tensor2D =>
  tensor2d(new RandomStream(seed, 'noise').normals(0, draws), [draws, 1]);

function value(objective: Objective, draws: number, seed: number, parameters = tensors()): number {
  return objectiveTerms(
    model,
    objective,
    parameters,
    tensor2d([X]),
    noise(draws, seed),
  ).objective.dataSync()[0]!;
}

const ESTIMATORS: readonly Objective[] = [
  PLAIN.objective,
  { ...PLAIN.objective, beta: 2.5 },
  { ...PLAIN.objective, freeBits: 0.5 },
  { ...PLAIN.objective, freeBits: 50 },
  { ...PLAIN.objective, estimator: 'sgvb-a' },
  { ...PLAIN.objective, estimator: 'importance-weighted' },
];

describe('gradients', () => {
  test.each(ESTIMATORS)(
    '$estimator, beta $beta, free bits $freeBits: as finite differences say',
    (objective) => {
      const f = (...given: Tensor[]): Scalar =>
        objectiveTerms(
          model,
          objective,
          Object.fromEntries(names.map((name, i) => [name, given[i]!])),
          tensor2d([X]),
          noise(5, 1),
        ).objective;
      const { grads } = valueAndGrads(f)(names.map((name) => tensors()[name]!));
      const h = 2e-2;
      names.forEach((name, i) => {
        const gradient = grads[i]!.dataSync();
        start[name]!.forEach((_, j) => {
          const at = (by: number): number =>
            tidy(() =>
              value(
                objective,
                5,
                1,
                tensors({ ...start, [name]: start[name]!.map((x, k) => (k === j ? x + by : x)) }),
              ),
            );
          const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
          expect(Math.abs(gradient[j]! - difference), `${name}[${j}]`).toBeLessThan(1e-3);
        });
      });
    },
  );
});

/** log p(x) by quadrature over z, with the decoder's arithmetic written out. */
function logEvidence(): number {
  const [w1, b1] = [start['decoder.hidden.0.weight']!, start['decoder.hidden.0.bias']!];
  const [w2, b2] = [start['decoder.output.weight']!, start['decoder.output.bias']!];
  const joint = (z: number): number => {
    const h = Array.from(b1, (b, k) => Math.tanh(z * w1[k]! + b));
    const log = X.reduce((total, x, d) => {
      const logit = h.reduce((sum, value, k) => sum + value * w2[k * 3 + d]!, b2[d]!);
      return total + x * logit - Math.log1p(Math.exp(logit));
    }, 0);
    return Math.exp(log - (z * z) / 2) / Math.sqrt(2 * Math.PI);
  };
  return Math.log(integrate(joint, -10, 10));
}

describe('bounds', () => {
  const REPEATS = 400;
  /** Mean over repeats and its standard error. */
  function estimated(objective: Objective, draws: number): { mean: number; error: number } {
    const values = Array.from({ length: REPEATS }, (_, i) => tidy(() => value(objective, draws, 100 + i)));
    const mean = values.reduce((a, b) => a + b) / REPEATS;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (REPEATS - 1);
    return { mean, error: Math.sqrt(variance / REPEATS) };
  }

  test('L_1 <= L_5 <= L_50 <= log p(x), and L_50 is near it', () => {
    const objective: Objective = { ...PLAIN.objective, estimator: 'importance-weighted' };
    const [one, five, fifty] = [1, 5, 50].map((k) => estimated(objective, k)) as [
      ReturnType<typeof estimated>,
      ReturnType<typeof estimated>,
      ReturnType<typeof estimated>,
    ];
    const truth = logEvidence();
    expect(one.mean + 3 * one.error).toBeLessThan(five.mean + 3 * five.error);
    expect(five.mean).toBeLessThan(fifty.mean + 3 * fifty.error);
    expect(fifty.mean).toBeLessThan(truth + 3 * fifty.error);
    expect(truth - fifty.mean).toBeLessThan(0.02);
  });

  test('both estimators of the plain bound have the same expectation', () => {
    const analytic = estimated(PLAIN.objective, 8);
    const sampled = estimated({ ...PLAIN.objective, estimator: 'sgvb-a' }, 8);
    const error = Math.hypot(analytic.error, sampled.error);
    expect(Math.abs(analytic.mean - sampled.mean)).toBeLessThan(4 * error);
  });
});

test('one draw: the importance-weighted bound is eq. 6', () => {
  const sampled = value({ ...PLAIN.objective, estimator: 'sgvb-a' }, 1, 3);
  expect(value({ ...PLAIN.objective, estimator: 'importance-weighted' }, 1, 3)).toBeCloseTo(sampled, 5);
});

test('free bits: a dimension whose KL is below them gives the objective no slope, and counts in full', () => {
  const [plain, free] = [PLAIN.objective, { ...PLAIN.objective, freeBits: 50 }].map((objective) =>
    objectiveTerms(model, objective, tensors(), tensor2d([X]), noise(4, 1)),
  );
  expect(free!.objective.dataSync()[0]).toBeCloseTo(plain!.reconstruction.dataSync()[0]! - 50, 3);
  expect(free!.elbo.dataSync()[0]).toBe(plain!.elbo.dataSync()[0]);
});

test('clipping keeps directions and brings the common norm to the limit', () => {
  const given = { a: tensor2d([[3, 0]]), b: tensor2d([[0, 4]]) };
  const clipped = clipByGlobalNorm(given, 1);
  expect(Array.from(clipped['a']!.dataSync())[0]).toBeCloseTo(0.6, 6);
  expect(Array.from(clipped['b']!.dataSync())[1]).toBeCloseTo(0.8, 6);
  expect(Array.from(clipByGlobalNorm(given, 5.1)['b']!.dataSync())).toEqual([0, 4]);
});

describe('step sizes', () => {
  const training: TrainingConfig = {
    ...PLAIN,
    minibatch: 10,
    draws: 1,
    datapoints: 100,
    samples: 1000,
    optimizer: { name: 'sgd', learningRate: 0.5 },
  };

  test('constant', () => {
    expect([0, 7, 1e6].map(stepSizeOf(training))).toEqual([0.5, 0.5, 0.5]);
  });

  test('cosine: from the whole of it to none, half in the middle', () => {
    const rate = stepSizeOf({ ...training, schedule: 'cosine' });
    expect(rate(0)).toBe(0.5);
    expect(rate(50)).toBeCloseTo(0.25, 12);
    expect(rate(100)).toBeCloseTo(0, 12);
    expect(rate(500)).toBeCloseTo(0, 12);
  });

  test('the stages of the IWAE paper: 3^i passes at 10^(-i/7)', () => {
    const rate = stepSizeOf({ ...training, schedule: 'iwae-stages' });
    // Ten steps a pass: stages begin after 1, 4, 13, 40, 121, 364 and 1093 passes.
    const begins = [0, 1, 4, 13, 40, 121, 364, 1093];
    begins.forEach((passes, i) => {
      expect(rate(10 * passes)).toBeCloseTo(0.5 * 10 ** (-i / 7), 12);
      if (i > 0) expect(rate(10 * passes - 1)).toBeCloseTo(0.5 * 10 ** (-(i - 1) / 7), 12);
    });
  });
});
