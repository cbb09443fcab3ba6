import { setBackend, tensor1d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import type { OptimizerConfig } from '../../src/vae/config';
import { optimizerFor } from '../../src/vae/optimizer';
import { rateOf } from '../../src/vae/optimizer-rule';

const sgd = (learningRate: number) => ({ name: 'sgd', learningRate }) as const;
const adagrad = (learningRate: number, epsilon: number) =>
  ({ name: 'adagrad', learningRate, epsilon }) as const;
const adam = (learningRate: number, beta1: number, beta2: number, epsilon: number) =>
  ({ name: 'adam', learningRate, beta1, beta2, epsilon }) as const;

beforeAll(async () => void (await setBackend('cpu')));

/** Applies the gradients one after the other and returns the parameter after each. */
function trace(config: OptimizerConfig, start: number, gradients: readonly number[]): number[] {
  const optimizer = optimizerFor(config);
  const rate = rateOf(config);
  let parameter = tensor1d([start]);
  let slots = optimizer.init(parameter);
  return gradients.map((gradient, step) => {
    const next = optimizer.update(parameter, tensor1d([gradient]), slots, rate(step));
    parameter = next.parameter as typeof parameter;
    slots = next.slots;
    return parameter.dataSync()[0]!;
  });
}

describe('each optimizer follows its paper’s recursion, computed here in double precision', () => {
  const gradients = [0.5, -1, 0.25, 3, 0];

  test('sgd', () => {
    let theta = 1;
    const expected = gradients.map((g) => (theta += 0.1 * g));
    trace(sgd(0.1), 1, gradients).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
  });

  test('adagrad starts its sums at 0', () => {
    let theta = 1;
    let sum = 0;
    const expected = gradients.map((g) => {
      sum += g * g;
      return (theta += (0.1 * g) / (Math.sqrt(sum) + 1e-8));
    });
    expect(expected[0]).toBeCloseTo(1.1, 6);
    trace(adagrad(0.1, 1e-8), 1, gradients).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
  });

  test('adam', () => {
    let [theta, m, v] = [1, 0, 0];
    const expected = gradients.map((g, i) => {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      const corrected = m / (1 - 0.9 ** (i + 1)) / Math.sqrt(v / (1 - 0.999 ** (i + 1)));
      return (theta += 0.01 * corrected);
    });
    // The epsilon is 1e-8 beside roots of at least 0.015 here: below what single precision shows.
    trace(adam(0.01, 0.9, 0.999, 1e-8), 1, gradients).forEach((value, i) =>
      expect(value).toBeCloseTo(expected[i]!, 5),
    );
  });

  test('a gradient of exactly 0 leaves the parameter alone', () => {
    for (const optimizer of [sgd(1), adagrad(1, 1e-8), adam(1, 0.9, 0.999, 1e-8)]) {
      expect(trace(optimizer, 1, [0, 0])).toEqual([1, 1]);
    }
  });
});

test('adam’s bias correction stays right after a million steps', () => {
  const config = adam(0.5, 0.9, 0.999, 0);
  const slots = { m: tensor1d([1]), v: tensor1d([1]) };
  const { parameter } = optimizerFor(config).update(
    tensor1d([0]),
    tensor1d([1]),
    slots,
    rateOf(config)(1_000_000),
  );
  expect(parameter.dataSync()[0]).toBeCloseTo(0.5, 5);
});

test('each optimizer has the slots that its rule names', () => {
  const rmsprop = { name: 'rmsprop', learningRate: 1, decay: 0.9, momentum: 0, epsilon: 1 } as const;
  for (const config of [sgd(1), adagrad(1, 1), adam(1, 0, 0, 1), rmsprop]) {
    const optimizer = optimizerFor(config);
    expect(Object.keys(optimizer.init(tensor1d([1])))).toEqual(optimizer.slotNames);
  }
});
