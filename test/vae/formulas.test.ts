import { grad, reshape, setBackend, sum, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/random/stream';
import { bernoulliLogLikelihood, bernoulliMean } from '../../src/vae/bernoulli';
import { klPerDimension, reparameterise } from '../../src/vae/gaussian';
import { integrate } from './integrate';

beforeAll(async () => void (await setBackend('cpu')));

const logNormal = (z: number, mean: number, sd: number): number =>
  -0.5 * Math.log(2 * Math.PI) - Math.log(sd) - ((z - mean) / sd) ** 2 / 2;

describe('KL to the standard normal', () => {
  test.each([
    [0, 1],
    [1.5, 0.3],
    [-2, 2],
    [0.1, 0.05],
  ])('mean %d, s.d. %d: equals the integral of q log(q/p)', (mean, sd) => {
    const integral = integrate(
      (z) => Math.exp(logNormal(z, mean, sd)) * (logNormal(z, mean, sd) - logNormal(z, 0, 1)),
      mean - 12 * sd,
      mean + 12 * sd,
    );
    const kl = klPerDimension({ mean: tensor2d([[mean]]), logVariance: tensor2d([[2 * Math.log(sd)]]) });
    expect(kl.dataSync()[0]).toBeCloseTo(integral, 5);
  });

  test('is 0 at the prior and positive elsewhere', () => {
    const normals = new RandomStream(3, 'noise').normals(0, 200);
    const mean = tensor2d(normals.subarray(0, 100), [50, 2]);
    const logVariance = tensor2d(normals.subarray(100), [50, 2]);
    expect(Math.min(...klPerDimension({ mean, logVariance }).dataSync())).toBeGreaterThanOrEqual(0);
    const zero = tensor2d([[0, 0]]);
    expect(Array.from(klPerDimension({ mean: zero, logVariance: zero }).dataSync())).toEqual([0, 0]);
  });
});

test('the reparameterisation has the posterior’s mean and variance', () => {
  const count = 20_000;
  const epsilon = tensor2d(new RandomStream(1, 'noise').normals(0, count), [count, 1]);
  const full = (value: number) => tensor2d(new Float32Array(count).fill(value), [count, 1]);
  const z = reparameterise(
    { mean: full(2), logVariance: full(Math.log(0.25)) },
    epsilon,
  ).dataSync<'float32'>();
  const mean = z.reduce((sum, value) => sum + value, 0) / count;
  const variance = z.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
  // Four standard errors: 0.5 / sqrt(n) of the mean, 0.25 sqrt(2 / n) of the variance.
  expect(Math.abs(mean - 2)).toBeLessThan((4 * 0.5) / Math.sqrt(count));
  expect(Math.abs(variance - 0.25)).toBeLessThan(4 * 0.25 * Math.sqrt(2 / count));
});

describe('Bernoulli likelihood', () => {
  test('equals the sum of x log p + (1 - x) log(1 - p)', () => {
    const x = [0, 1, 0.3, 0.9];
    const logits = [-2, 0.5, 3, -0.7];
    const direct = x.reduce((sum, value, i) => {
      const p = 1 / (1 + Math.exp(-logits[i]!));
      return sum + value * Math.log(p) + (1 - value) * Math.log(1 - p);
    }, 0);
    const value = bernoulliLogLikelihood(tensor2d([x]), tensor2d([logits])).dataSync()[0]!;
    expect(value).toBeCloseTo(direct, 5);
  });

  test('probabilities of all binary images sum to 1', () => {
    const logits = [0.3, -1.2, 2.5];
    let total = 0;
    for (let bits = 0; bits < 8; bits++) {
      const x = [bits & 1, (bits >> 1) & 1, (bits >> 2) & 1];
      total += Math.exp(bernoulliLogLikelihood(tensor2d([x]), tensor2d([logits])).dataSync()[0]!);
    }
    expect(total).toBeCloseTo(1, 5);
  });

  test('stays finite at logits where a probability would round to 0 or 1', () => {
    const value = bernoulliLogLikelihood(tensor2d([[0, 1]]), tensor2d([[200, -200]])).dataSync()[0]!;
    expect(value).toBeCloseTo(-400, 2);
    expect(Array.from(bernoulliMean(tensor2d([[200, -200]])).dataSync())).toEqual([1, 0]);
  });

  test('its gradient is x - p', () => {
    const x = tensor2d([[0.2, 1]]);
    const gradient = grad((l) => sum(bernoulliLogLikelihood(x, reshape(l, [1, 2]))))(tensor1d([0.4, -1]));
    const p = [0.4, -1].map((l) => 1 / (1 + Math.exp(-l)));
    expect(gradient.dataSync()[0]).toBeCloseTo(0.2 - p[0]!, 6);
    expect(gradient.dataSync()[1]).toBeCloseTo(1 - p[1]!, 6);
  });
});
