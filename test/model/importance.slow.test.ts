import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { residentRows } from '../../src/datasets/rows/image-rows';
import type { Engine, Session } from '../../src/engine/engine';
import { RandomStream } from '../../src/random/stream';
import { encodeSafetensors } from '../../src/runs/safetensors';
import { meanOfValues } from '../../src/statistics/moments';
import { posteriorMeans } from '../../src/model/active-units';
import { bitsPerDimension } from '../../src/model/bits-per-dimension';
import { finish } from '../../src/model/bounds';
import { importanceRows } from '../../src/model/importance';
import type { ImportanceSummary } from '../../src/model/importance';
import type { VaeConfig } from '../../src/vae/config';
import { initialiseParameters, parameterShapes } from '../../src/vae/parameters';
import { cpuEngine, enginesButWebgpu } from '../support/engines';

const IMAGES = 12;
const SIDE = 4;
const D = SIDE * SIDE;
const modelOf = (latent: number): VaeConfig => ({
  inputSize: D,
  convolution: null,
  encoderHidden: [5],
  decoderHidden: [5],
  latent,
  activation: 'tanh',
  likelihood: 'bernoulli',
});
const pixels = Uint8Array.from({ length: IMAGES * D }, (_, i) => (53 * i * i + 7 * i) % 256);
const dataset = { images: residentRows(pixels, D) };
const all = Uint32Array.from({ length: IMAGES }, (_, i) => i);

async function openWith(engine: Engine, model: VaeConfig): Promise<Session> {
  const session = await engine.open(model, null, new Uint8Array(0));
  const stream = new RandomStream(2, 'initialise');
  const initialisation = { kind: 'normal', standardDeviation: 0.7 } as const;
  const drawn = initialiseParameters(model, initialisation, (block, count) => stream.normals(block, count));
  // A posterior near the prior: one that is untrained and narrow gives weights that no standard error is to be had of.
  const parameters = Object.fromEntries(
    Object.entries(drawn).map(([name, values]) => [
      name,
      name.startsWith('encoder.posterior') ? values.map((value) => 0.3 * value) : values,
    ]),
  );
  await session.load({ step: 0, parameters, slots: {} });
  return session;
}

/** log p(x) of each image, by the midpoint rule over z on a grid: nothing of q(z|x) in it. */
async function logEvidence(session: Session, latent: number): Promise<number[]> {
  const [steps, reach] = [latent === 1 ? 600 : 120, 6];
  const width = (2 * reach) / steps;
  const count = steps ** latent;
  const z = new Float32Array(count * latent);
  for (let i = 0; i < count; i++) {
    for (let d = 0; d < latent; d++)
      z[i * latent + d] = -reach + width * ((Math.floor(i / steps ** d) % steps) + 0.5);
  }
  const means = await session.decode(z, count);
  return Array.from(all, (image) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      let log = 0;
      for (let d = 0; d < latent; d++) log -= 0.5 * Math.log(2 * Math.PI) + z[i * latent + d]! ** 2 / 2;
      for (let j = 0; j < D; j++) {
        const [x, p] = [pixels[image * D + j]! / 255, means[i * D + j]!];
        log += x * Math.log(p) + (1 - x) * Math.log1p(-p);
      }
      sum += Math.exp(log) * width ** latent;
    }
    return Math.log(sum);
  });
}

const estimate = (session: Session, latent: number, k: number, seed: number): Promise<ImportanceSummary> =>
  finish(importanceRows(session, modelOf(latent), dataset, all, { seed, k }));

describe.each(enginesButWebgpu)('$name', ({ present, open }) => {
  describe.each([1, 2])('%d latent dimensions', (latent) => {
    let session: Session;
    let exact: number[];
    beforeAll(async () => {
      if (!present) return;
      session = await openWith(await open(), modelOf(latent));
      exact = await logEvidence(session, latent);
      return () => session.dispose();
    });

    test.skipIf(!present)('L_k rises with k to log p(x), which quadrature gives', async () => {
      // The same seeds for each k would share noise; means of ten estimates settle the order.
      const over = async (k: number, first: number): Promise<number> => {
        const seeds = Array.from({ length: 10 }, (_, i) => first + i);
        const runs = await Promise.all(seeds.map((seed) => estimate(session, latent, k, seed)));
        return meanOfValues(runs.map(({ logLikelihood }) => logLikelihood)).mean;
      };
      const [one, five, fifty] = [await over(1, 0), await over(5, 10), await over(50, 20)];
      const truth = meanOfValues(exact).mean;
      expect(one).toBeLessThan(five);
      expect(five).toBeLessThan(fifty);
      expect(fifty).toBeLessThan(truth + 0.02);
      const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
      const runs = await Promise.all(seeds.map((seed) => estimate(session, latent, 1000, seed)));
      expect([runs[0]!.k, runs[0]!.count]).toEqual([1000, IMAGES]);
      for (let i = 0; i < IMAGES; i++) {
        const { mean, standardError } = meanOfValues(runs.map(({ perImage }) => perImage[i]!));
        expect(standardError).toBeLessThan(0.04);
        // With 7 degrees of freedom; the grid and single precision have the rest.
        expect(Math.abs(mean - exact[i]!)).toBeLessThan(5 * standardError + 0.001);
      }
    });

    test.skipIf(!present)(
      'order of the images and size of the calls change the last digits only',
      async () => {
        const options = { seed: 4, k: 90 };
        const model = modelOf(latent);
        const whole = await finish(importanceRows(session, model, dataset, all, options));
        const pieces = await finish(importanceRows(session, model, dataset, all, { ...options, batch: 5 }));
        const reversed = await finish(importanceRows(session, model, dataset, all.toReversed(), options));
        whole.perImage.forEach((value, i) => {
          expect(pieces.perImage[i]).toBeCloseTo(value, 4);
          expect(reversed.perImage[IMAGES - 1 - i]).toBeCloseTo(value, 4);
        });
        expect((await finish(importanceRows(session, model, dataset, all, options))).perImage).toEqual(
          whole.perImage,
        );
      },
    );
  });
});

test('the standard error is that of the mean over images, and steps count draws', async () => {
  const session = await openWith(await cpuEngine(), modelOf(2));
  const steps = importanceRows(session, modelOf(2), dataset, all, { seed: 1, k: 100, batch: 7 });
  const done: number[] = [];
  let next = await steps.next();
  for (; !next.done; next = await steps.next()) {
    expect(next.value.total).toBe(IMAGES * 100);
    done.push(next.value.done);
  }
  expect(done).toEqual([280, 560, 700, 900, 1100, 1200]);
  const { perImage, logLikelihood, standardError } = next.value;
  const variance = perImage.reduce((sum, value) => sum + (value - logLikelihood) ** 2, 0) / (IMAGES - 1);
  expect(logLikelihood).toBeCloseTo(meanOfValues(perImage).mean, 12);
  expect(standardError).toBeCloseTo(Math.sqrt(variance / IMAGES), 12);
  session.dispose();
});

test('a unit is active where its posterior mean varies by more than 0.01 in variance', async () => {
  const model = modelOf(3);
  const session = await openWith(await cpuEngine(), model);
  const state = await session.read();
  const weight = state.parameters['encoder.posterior.weight']!;
  // Columns 0 to 2 are the means: the second is cut off, the third nearly so.
  const kept = [1, 0, 0.02, 1, 1, 1];
  const dimmed = weight.map((value, i) => kept[i % 6]! * value);
  await session.load({ ...state, parameters: { ...state.parameters, 'encoder.posterior.weight': dimmed } });
  const { means, variances, activeUnits } = await finish(posteriorMeans(session, 3, dataset, all));
  const { mean } = await session.encode(pixels, IMAGES);
  expect(means).toEqual(mean);
  for (const d of [0, 1, 2]) {
    const own = Array.from(all, (i) => mean[3 * i + d]!);
    const centre = meanOfValues(own).mean;
    expect(variances[d]).toBeCloseTo(own.reduce((sum, v) => sum + (v - centre) ** 2, 0) / (IMAGES - 1), 9);
  }
  expect(variances[0]).toBeGreaterThan(0.01);
  expect(variances[1]).toBeLessThan(1e-10);
  expect(variances[2]).toBeLessThan(0.01);
  expect(activeUnits).toBe(1);
  session.dispose();
});

test('bits per dimension: a uniform choice costs 8 bits among 256 values, 1 among two; no probability, no bits', () => {
  const bits = (
    likelihood: VaeConfig['likelihood'],
    binarisation: 'none' | 'dynamic',
    values: number,
  ): number | null => {
    const model = { likelihood, inputSize: D };
    return bitsPerDimension({ model, data: { binarisation } }, D * Math.log(1 / values));
  };
  expect(bits('discretized-logistic', 'none', 256)).toBeCloseTo(8, 12);
  expect(bits('bernoulli', 'dynamic', 2)).toBeCloseTo(1, 12);
  expect(bits('bernoulli', 'none', 2)).toBeNull();
  expect(bits('gaussian', 'none', 256)).toBeNull();
  expect(bits('continuous-bernoulli', 'none', 256)).toBeNull();
});

/** A Python that has NumPy: VAE_PYTHON, else whatever `python3` is. */
const python = process.env['VAE_PYTHON'] ?? 'python3';
const hasNumpy = ((): boolean => {
  try {
    execFileSync(python, ['-c', 'import numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** Reads the weights from a safetensors file by itself, and computes bound and L_k in double precision. */
const SCRIPT = `
import json, struct, sys
import numpy as np
folder, draws, latent = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with open(f'{folder}/weights.safetensors', 'rb') as file:
    size, = struct.unpack('<Q', file.read(8))
    header = json.loads(file.read(size))
    data = file.read()
w = {}
for name, entry in header.items():
    if name != '__metadata__':
        begin, end = entry['data_offsets']
        w[name] = np.frombuffer(data[begin:end], '<f4').reshape(entry['shape']).astype(float)
x = np.fromfile(f'{folder}/pixels', np.uint8).reshape(-1, ${D}) / 255.0
noise = np.fromfile(f'{folder}/noise', '<f4').reshape(len(x), draws, latent).astype(float)
layer = lambda name, a: a @ w[name + '.weight'] + w[name + '.bias']
heads = layer('encoder.posterior', np.tanh(layer('encoder.hidden.0', x)))
mean, log_variance = heads[:, None, :latent], heads[:, None, latent:]
z = mean + np.exp(log_variance / 2) * noise
logits = layer('decoder.output', np.tanh(layer('decoder.hidden.0', z)))
p = 1 / (1 + np.exp(-logits))
likelihood = (x[:, None] * np.log(p) + (1 - x[:, None]) * np.log(1 - p)).sum(2)
log_normal = lambda v, m, s2: (-0.5 * (np.log(2 * np.pi * s2) + (v - m) ** 2 / s2)).sum(2)
weights = likelihood + log_normal(z, 0, 1) - log_normal(z, mean, np.exp(log_variance))
kl = 0.5 * (mean ** 2 + np.exp(log_variance) - log_variance - 1).sum(2)[:, 0]
print(json.dumps({'elbo': (likelihood.mean(1) - kl).tolist(),
                  'bound': np.log(np.exp(weights).mean(1)).tolist()}))
`;

test.skipIf(!hasNumpy)('NumPy finds the same bound and L_k from the weights’ file', async () => {
  const [latent, draws] = [3, 60];
  const model = modelOf(latent);
  const session = await openWith(await cpuEngine(), model);
  const { parameters } = await session.read();
  const noise = new RandomStream(6, 'noise').normals(0, IMAGES * draws * latent);
  const folder = await mkdtemp(join(tmpdir(), 'vae-numpy-'));
  try {
    const shapes = parameterShapes(model);
    const tensors = new Map(
      Object.entries(parameters).map(([name, data]) => [name, { shape: shapes[name]!, data }]),
    );
    const file = Buffer.concat(encodeSafetensors({ tensors, metadata: {} }));
    await writeFile(join(folder, 'weights.safetensors'), file);
    await writeFile(join(folder, 'pixels'), pixels);
    await writeFile(join(folder, 'noise'), noise);
    const output = execFileSync(python, ['-c', SCRIPT, folder, String(draws), String(latent)], {
      encoding: 'utf8',
    });
    const expected = JSON.parse(output) as { elbo: number[]; bound: number[] };
    const { maximum, sum } = await session.importance(pixels, IMAGES, { given: noise, draws });
    // `evaluate` has draw after draw, each of all images.
    const byDraw = noise.map((_, at) => {
      const [draw, image] = [Math.floor(at / latent / IMAGES), Math.floor(at / latent) % IMAGES];
      return noise[(image * draws + draw) * latent + (at % latent)]!;
    });
    const terms = await session.evaluate(pixels, IMAGES, byDraw, draws);
    for (let i = 0; i < IMAGES; i++) {
      const bound = maximum[i]! + Math.log(sum[i]! / draws);
      expect(Math.abs(bound / expected.bound[i]! - 1)).toBeLessThan(1e-5);
      const kl = terms.klPerDimension.subarray(i * latent, (i + 1) * latent).reduce((a, b) => a + b, 0);
      expect(Math.abs((terms.reconstruction[i]! - kl) / expected.elbo[i]! - 1)).toBeLessThan(1e-5);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    session.dispose();
  }
});
