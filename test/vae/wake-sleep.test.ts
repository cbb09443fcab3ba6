import { dispose, setBackend, tensor, tensor2d, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { beforeAll, describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/random/stream';
import type { VaeConfig } from '../../src/vae/config';
import { decode } from '../../src/vae/decoder';
import { boundTerms } from '../../src/vae/elbo';
import { encode } from '../../src/vae/encoder';
import { likelihoodOf } from '../../src/vae/likelihood';
import { initialiseParameters, parameterShapes } from '../../src/vae/parameters';
import type { Parameters } from '../../src/vae/parameters';
import { estimate } from '../../src/vae/step';
import type { StepNoise } from '../../src/vae/step';
import { PLAIN } from '../support/training';
import { PERCEPTRON } from '../support/models';

beforeAll(async () => void (await setBackend('cpu')));

type Values = Parameters<Float32Array>;
const TRAINING = { ...PLAIN, algorithm: 'wake-sleep', datapoints: 10 } as const;

function tensorsOf(model: VaeConfig, values: Values): Parameters<Tensor> {
  const shapes = parameterShapes(model);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, tensor(value, [...shapes[name]!])]),
  );
}

/** One minibatch: the bound and all gradients as plain numbers. */
function estimated(model: VaeConfig, values: Values, x: Tensor2D, noise: StepNoise) {
  const { elbo, gradients } = estimate(model, TRAINING, tensorsOf(model, values), x, noise);
  const result = {
    elbo: elbo.dataSync()[0]!,
    gradients: Object.fromEntries(
      Object.entries(gradients).map(([name, value]) => [name, Array.from(value.dataSync())]),
    ),
  };
  dispose(Object.values(gradients));
  return result;
}

describe('a small model', () => {
  const M = 3;
  const L = 2;
  const model: VaeConfig = { ...PERCEPTRON, inputSize: 4, decoderHidden: [3] };
  const stream = new RandomStream(3, 'initialise');
  const start = initialiseParameters(model, { kind: 'normal', standardDeviation: 0.6 }, (block, count) =>
    stream.normals(block, count),
  );
  const noise = (seed: number): StepNoise => {
    const normals = (block: number): Tensor2D =>
      tensor2d(new RandomStream(seed, 'noise').normals(block, L * M * 2), [L * M, 2]);
    const pixels = Float32Array.from(new RandomStream(seed, 'dream-pixels').uniforms(0, L * M * 4));
    return { epsilon: normals(0), dreams: { z: normals(1), pixels: tensor2d(pixels, [L * M, 4]) } };
  };
  const images = (of: number): Tensor2D =>
    tensor2d(
      Array.from({ length: M }, (_, i) =>
        Array.from({ length: 4 }, (__, d) => ((i * 7 + d * 3 + of) % 5) / 4),
      ),
    );

  /** What both phases look at: z ~ q(z|x) and the dreams' x, which stay while parameters are moved. */
  function drawn(x: Tensor2D, { epsilon, dreams }: StepNoise) {
    const parameters = tensorsOf(model, start);
    const { mean, logVariance } = encode(model, parameters, x);
    const [means, logVariances] = [mean.arraySync(), logVariance.arraySync()];
    const z = epsilon
      .arraySync()
      .map((row, i) =>
        row.map((value, d) => means[i % M]![d]! + Math.exp(logVariances[i % M]![d]! / 2) * value),
      );
    const logits = decode(model, parameters, dreams!.z).arraySync();
    const dreamt = dreams!.pixels
      .arraySync()
      .map((row, i) => row.map((u, d) => (u < 1 / (1 + Math.exp(-logits[i]![d]!)) ? 1 : 0)));
    return { z, dreamt, dreamZ: dreams!.z.arraySync() };
  }

  /** Mean of log p(x|z) over draws and of log q(z|x) over dreams, the latter's arithmetic written out. */
  function phases(values: Values, x: Tensor2D, { z, dreamt, dreamZ }: ReturnType<typeof drawn>) {
    return tidy(() => {
      const parameters = tensorsOf(model, values);
      const repeated = tensor2d([...x.arraySync(), ...x.arraySync()]);
      const logLikelihood = likelihoodOf(model)
        .logProbability(repeated, decode(model, parameters, tensor2d(z)))
        .arraySync();
      const posterior = encode(model, parameters, tensor2d(dreamt));
      const [means, logVariances] = [posterior.mean.arraySync(), posterior.logVariance.arraySync()];
      const logDensity = dreamZ.map((row, i) =>
        row.reduce((sum, value, d) => {
          const variance = Math.exp(logVariances[i]![d]!);
          return sum - 0.5 * (Math.log(2 * Math.PI * variance) + (value - means[i]![d]!) ** 2 / variance);
        }, 0),
      );
      const mean = (of: readonly number[]): number => of.reduce((a, b) => a + b) / of.length;
      return { wake: mean(logLikelihood), sleep: mean(logDensity) };
    });
  }

  test('each half of the parameters has the gradient of its own phase, as finite differences say', () => {
    const [x, own] = [images(0), noise(1)];
    const { gradients } = estimated(model, start, x, own);
    const fixed = drawn(x, own);
    const h = 2e-2;
    for (const [name, gradient] of Object.entries(gradients)) {
      const phase = name.startsWith('decoder') ? 'wake' : 'sleep';
      gradient.forEach((slope, j) => {
        const at = (by: number): number => {
          const moved = start[name]!.map((value, k) => (k === j ? value + by : value));
          return phases({ ...start, [name]: moved }, x, fixed)[phase];
        };
        const difference = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        expect(Math.abs(slope - difference), `${name}[${j}]`).toBeLessThan(1e-3);
      });
    }
  });

  test('the encoder learns from dreams alone, the decoder from the images alone', () => {
    const [one, other] = [noise(1), noise(2)];
    const base = estimated(model, start, images(0), one).gradients;
    const otherImages = estimated(model, start, images(1), one).gradients;
    const otherDreams = estimated(model, start, images(0), { ...one, dreams: other.dreams }).gradients;
    for (const name of Object.keys(base)) {
      const [same, changed] = name.startsWith('encoder')
        ? [otherImages, otherDreams]
        : [otherDreams, otherImages];
      expect(same[name], name).toEqual(base[name]);
      expect(changed[name], name).not.toEqual(base[name]);
    }
  });

  test('the bound that is reported is the plain one', () => {
    const [x, own] = [images(0), noise(1)];
    const { reconstruction, klPerDimension } = boundTerms(model, tensorsOf(model, start), x, own.epsilon);
    const kl = klPerDimension.arraySync().map((row) => row[0]! + row[1]!);
    const elbo = reconstruction.arraySync().reduce((sum, value, i) => sum + (value - kl[i]!) / M, 0);
    expect(estimated(model, start, x, own).elbo).toBeCloseTo(elbo, 5);
  });

  test('without noise to dream with it is an error, not AEVB', () => {
    const run = (): unknown => estimated(model, start, images(0), { ...noise(1), dreams: null });
    expect(run).toThrow('got no noise to dream with');
  });
});

/**
 * A linear-Gaussian model, whose posterior and evidence are known: z ~ N(0, 1), x = 1/2 + SLOPE z + s n. The rectified units
 * are never below 0 here, so the encoder is linear; the decoder is, as far as a sigmoid is near its middle.
 */
describe('a linear-Gaussian model', () => {
  const model: VaeConfig = {
    inputSize: 1,
    convolution: null,
    encoderHidden: [1],
    decoderHidden: [1],
    latent: 1,
    activation: 'relu',
    likelihood: 'gaussian',
  };
  const SLOPE = 0.01;
  const S = 0.008;
  const EVIDENCE = SLOPE ** 2 + S ** 2;
  const GAIN = SLOPE / EVIDENCE;
  const VARIANCE = S ** 2 / EVIDENCE;
  const COUNT = 40_000;
  const values = (shift = 0, spread = 1): Values =>
    Object.fromEntries(
      Object.entries({
        'encoder.hidden.0.weight': [1],
        'encoder.hidden.0.bias': [1],
        'encoder.posterior.weight': [GAIN, 0],
        'encoder.posterior.bias': [shift - GAIN * 1.5, Math.log(VARIANCE * spread)],
        'decoder.hidden.0.weight': [1],
        'decoder.hidden.0.bias': [20],
        'decoder.output.weight': [4 * SLOPE, 0],
        'decoder.output.bias': [-20 * 4 * SLOPE, 2 * Math.log(S)],
      }).map(([name, value]) => [name, Float32Array.from(value)]),
    );
  const normals = (block: number): Float32Array => new RandomStream(9, 'noise').normals(block, COUNT);
  const column = (of: Float32Array): Tensor2D => tensor2d(of, [COUNT, 1]);
  /** Images of the model itself, so that it is its own best fit. */
  const x = (): Tensor2D => column(normals(5).map((n) => 0.5 + Math.sqrt(EVIDENCE) * n));
  const noise = (): StepNoise => ({
    epsilon: column(normals(0)),
    dreams: { z: column(normals(1)), pixels: column(normals(2)) },
  });
  const gradients = (of: Values): Record<string, number[]> => estimated(model, of, x(), noise()).gradients;
  /** Standard errors of a mean over COUNT draws of something of this standard deviation, five of them. */
  const within = (deviation: number): number => (5 * deviation) / Math.sqrt(COUNT);

  test('at the exact posterior neither phase has a slope', () => {
    const got = gradients(values());
    // (z - mean) / v and ((z - mean)² / v - 1) / 2 have the deviations 1 / sqrt(v) and 1 / sqrt(2).
    expect(Math.abs(got['encoder.posterior.bias']![0]!)).toBeLessThan(within(1 / Math.sqrt(VARIANCE)));
    expect(Math.abs(got['encoder.posterior.bias']![1]!)).toBeLessThan(within(Math.SQRT1_2));
    // The sigmoid's slope is 1/4: (x - mean) / (4 s²), and ((x - mean)² / s² - 1) / 2.
    expect(Math.abs(got['decoder.output.bias']![0]!)).toBeLessThan(within(1 / (4 * S)));
    expect(Math.abs(got['decoder.output.bias']![1]!)).toBeLessThan(within(Math.SQRT1_2));
  });

  test('the recognition model off by delta: its slope is -delta / v, whatever the images are', () => {
    const delta = 0.3;
    const slope = gradients(values(delta))['encoder.posterior.bias']![0]!;
    expect(Math.abs(slope + delta / VARIANCE)).toBeLessThan(within(1 / Math.sqrt(VARIANCE)));
  });

  test('its variance too large by a factor: the slope in log sigma² is (1/factor - 1) / 2', () => {
    const slope = gradients(values(0, 4))['encoder.posterior.bias']![1]!;
    expect(Math.abs(slope - (1 / 4 - 1) / 2)).toBeLessThan(within(Math.SQRT1_2));
  });
});
