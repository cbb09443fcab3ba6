import { beforeAll, describe, expect, test } from 'vitest';
import type { BlockNoise, Session } from '../../src/engine/engine';
import { RandomStream } from '../../src/random/stream';
import type { VaeConfig } from '../../src/vae/config';
import { initialiseParameters } from '../../src/vae/parameters';
import { engines, enginesButWebgpu } from '../support/engines';

const perceptron: VaeConfig = {
  inputSize: 64,
  convolution: null,
  encoderHidden: [12],
  decoderHidden: [11],
  latent: 3,
  activation: 'tanh',
  likelihood: 'bernoulli',
};
const convolutional: VaeConfig = {
  ...perceptron,
  convolution: { width: 8, height: 8, channels: 1, filters: [2, 3], kernel: 4 },
  activation: 'relu',
};
const models = { perceptron, convolutional };

const IMAGES = 7;
const DRAWS = 12;
const pixels = Uint8Array.from({ length: IMAGES * 64 }, (_, i) => (37 * i * i) % 256);
const noise = new RandomStream(3, 'noise').normals(0, IMAGES * DRAWS * 3);

function parametersOf(model: VaeConfig): Readonly<Record<string, Float32Array>> {
  const stream = new RandomStream(4, 'initialise');
  return initialiseParameters(model, { kind: 'normal', standardDeviation: 0.4 }, (block, count) =>
    stream.normals(block, count),
  );
}

const logSums = async (session: Session, block: BlockNoise, first = 0, count = IMAGES): Promise<number[]> => {
  const images = pixels.subarray(first * 64, (first + count) * 64);
  const { maximum, sum } = await session.importance(images, count, block);
  return Array.from(maximum, (value, i) => value + Math.log(sum[i]!));
};

/** The same from the terms that `decode` and `encode` give: log p(x|z) + log p(z) - log q(z|x), each written out in full. */
async function byHand(
  session: Session,
  image: number,
  noiseOf: (draw: number) => Float32Array,
): Promise<number> {
  const bytes = pixels.subarray(image * 64, (image + 1) * 64);
  const { mean, logVariance } = await session.encode(bytes, 1);
  const logNormal = (value: number, centre: number, variance: number): number =>
    -0.5 * (Math.log(2 * Math.PI * variance) + (value - centre) ** 2 / variance);
  const weights: number[] = [];
  for (let draw = 0; draw < DRAWS; draw++) {
    const epsilon = noiseOf(draw);
    const z = epsilon.map((value, d) => mean[d]! + Math.exp(logVariance[d]! / 2) * value);
    const p = await session.decode(z, 1);
    let logWeight = 0;
    bytes.forEach((byte, i) => {
      logWeight += (byte / 255) * Math.log(p[i]!) + (1 - byte / 255) * Math.log1p(-p[i]!);
    });
    z.forEach((value, d) => {
      logWeight += logNormal(value, 0, 1) - logNormal(value, mean[d]!, Math.exp(logVariance[d]!));
    });
    weights.push(logWeight);
  }
  const largest = Math.max(...weights);
  return largest + Math.log(weights.reduce((sum, weight) => sum + Math.exp(weight - largest), 0));
}

describe.each(Object.entries(models))('%s', (_, model) => {
  const parameters = parametersOf(model);

  describe.each(model.convolution ? enginesButWebgpu : engines)('$name', ({ present, open }) => {
    let session: Session;
    beforeAll(async () => {
      if (!present) return;
      session = await (await open()).open(model, null, new Uint8Array(0));
      await session.load({ step: 0, parameters, slots: {} });
      return () => session.dispose();
    });

    test.skipIf(!present)('sums of weights are those of the densities written out', async () => {
      const got = await logSums(session, { given: noise, draws: DRAWS });
      for (let image = 0; image < IMAGES; image++) {
        const own = (draw: number): Float32Array =>
          noise.slice((image * DRAWS + draw) * 3, (image * DRAWS + draw + 1) * 3);
        // Single precision; sums of 64 terms of order 1.
        expect(got[image]).toBeCloseTo(await byHand(session, image, own), 3);
      }
    });

    test.skipIf(!present)('blocks add up, and images do not see one another', async () => {
      const whole = await logSums(session, { given: noise, draws: DRAWS });
      const part = async (from: number, to: number): Promise<number[]> => {
        const given = new Float32Array(IMAGES * (to - from) * 3);
        for (let image = 0; image < IMAGES; image++) {
          const begin = image * DRAWS * 3;
          given.set(noise.subarray(begin + from * 3, begin + to * 3), image * (to - from) * 3);
        }
        return logSums(session, { given, draws: to - from });
      };
      const [one, other] = [await part(0, 5), await part(5, DRAWS)];
      for (let i = 0; i < IMAGES; i++) {
        expect(Math.log(Math.exp(one[i]! - whole[i]!) + Math.exp(other[i]! - whole[i]!))).toBeCloseTo(0, 4);
        const alone = await logSums(
          session,
          { given: noise.slice(i * DRAWS * 3, (i + 1) * DRAWS * 3), draws: DRAWS },
          i,
          1,
        );
        expect(alone[0]).toBeCloseTo(whole[i]!, 3);
      }
    });

    test.skipIf(!present)('calls leave no tensor', async () => {
      await logSums(session, { given: noise, draws: DRAWS });
      const count = session.tensorCount();
      for (let i = 0; i < 5; i++) await logSums(session, { given: noise, draws: DRAWS });
      expect(session.tensorCount()).toBe(count);
    });

    test.skipIf(!present)(
      'noise that it draws depends on seed, block and place alone; else it says so',
      async () => {
        const drawn = { seed: 2 ** 40 + 5, block: 2, firstImage: 0, draws: DRAWS };
        if (!(await session.drawsNoise())) {
          await expect(async () => logSums(session, drawn)).rejects.toThrow(/draws no noise/);
          return;
        }
        const whole = await logSums(session, drawn);
        expect(await logSums(session, drawn)).toEqual(whole);
        const last = await logSums(session, { ...drawn, firstImage: 4 }, 4, IMAGES - 4);
        last.forEach((value, i) => expect(value).toBeCloseTo(whole[4 + i]!, 3));
        for (const other of [{ seed: 5 }, { block: 3 }, { firstImage: 1 }]) {
          const values = await logSums(session, { ...drawn, ...other });
          values.forEach((value, i) => expect(Math.abs(value - whole[i]!)).toBeGreaterThan(1e-5));
        }
        await expect(async () => logSums(session, { ...drawn, draws: 41 })).rejects.toThrow(/at most 40/);
      },
    );
  });
});
