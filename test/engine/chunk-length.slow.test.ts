/** A compiled engine gives the same bytes, however the steps are divided into chunks, and compiles a training loop once. */
import { describe, expect, test } from 'vitest';
import { residentRows } from '../../src/datasets/rows/image-rows';
import type { Chunk, Engine } from '../../src/engine/engine';
import { RandomStream } from '../../src/random/stream';
import type { TrainingConfig } from '../../src/vae/config';
import { initialiseParameters } from '../../src/vae/parameters';
import { engines } from '../support/engines';
import { NINE_PIXELS as model } from '../support/models';
import { PLAIN } from '../support/training';

const IMAGES = 31;
const M = 5;
const training: TrainingConfig = {
  ...PLAIN,
  minibatch: M,
  draws: 1,
  datapoints: IMAGES,
  optimizer: { name: 'adagrad', learningRate: 0.01, epsilon: 1e-8 },
};
const pixels = Uint8Array.from({ length: IMAGES * model.inputSize }, (_, i) => (i * 2_654_435_761) >>> 24);
/** More than a compiled loop has room for. */
const STEPS = 1100;
const noise = new RandomStream(6, 'noise').normals(0, STEPS * M * model.latent);

function chunkOf(firstStep: number, steps: number): Chunk {
  const rows = Uint32Array.from({ length: steps * M }, (_, i) => (7 * (firstStep * M + i)) % IMAGES);
  return { steps, firstStep, rows, noise: noise.subarray(firstStep * M * 2, (firstStep + steps) * M * 2) };
}

async function trained(engine: Engine, lengths: readonly number[], isStreamed: boolean, learningRate = 0.01) {
  const own = { ...training, optimizer: { ...training.optimizer, learningRate } };
  const session = await engine.open(model, own, isStreamed ? null : pixels);
  const start = new RandomStream(5, 'initialise');
  const parameters = initialiseParameters(model, { kind: 'glorot' }, (block, count) =>
    start.normals(block, count),
  );
  const slots = Object.fromEntries(
    Object.entries(parameters).map(([name, { length }]) => [`sum/${name}`, new Float32Array(length)]),
  );
  await session.load({ step: 0, parameters, slots });
  const elbo: number[] = [];
  for (const steps of lengths) {
    const chunk = chunkOf(elbo.length, steps);
    const images = residentRows(pixels, model.inputSize).gather(chunk.rows);
    const streamed = { ...chunk, images, rows: chunk.rows.map((_, i) => i) };
    elbo.push(...(await session.train(isStreamed ? streamed : chunk)).elbo);
  }
  const state = await session.read();
  const { compileSeconds } = session;
  session.dispose();
  return { elbo, state, compileSeconds };
}

const compiled = engines.filter(({ name }) => /^(onnx|jax|tensorflow, (graph executor|XLA))$/.test(name));

describe.each(compiled)('$name', ({ present, open }) => {
  test.skipIf(!present).each([
    ['resident', false],
    ['streamed', true],
  ])('%s images: the same bytes for any lengths of chunks', async (_, isStreamed) => {
    const engine = await open();
    const { elbo, state } = await trained(engine, [STEPS], isStreamed);
    expect(elbo).toHaveLength(STEPS);
    // It has learnt: the comparison is not one of constants.
    expect(elbo.at(-1)).toBeGreaterThan(elbo[0]!);
    const parts = await trained(engine, [1, 2, 509, 512, 13, 63], isStreamed);
    expect(parts.elbo).toEqual(elbo);
    expect(parts.state).toEqual(state);
  });

  test.skipIf(!present)(
    'the loop is compiled once for sessions of one program, one after another',
    async () => {
      const engine = await open();
      const first = await trained(engine, [3], false);
      const second = await trained(engine, [3], false, 0.02);
      expect(second.compileSeconds ?? 0).toBe(0);
      // The first session left nothing behind.
      expect(await trained(engine, [3], false)).toMatchObject({ elbo: first.elbo, state: first.state });
      expect(second.elbo).not.toEqual(first.elbo);
    },
  );
});

test.skipIf(!engines.some(({ name, present }) => name === 'tensorflow, XLA' && present))(
  'XLA says how long it compiled',
  async () => {
    const engine = await engines.find(({ name }) => name === 'tensorflow, XLA')!.open();
    expect((await trained(engine, [1], false)).compileSeconds).toBeGreaterThan(0);
  },
);
