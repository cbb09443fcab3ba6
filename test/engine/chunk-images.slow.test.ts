/** Images that each chunk brings, and images that the session holds, are the same to the model. */
import { describe, expect, test } from 'vitest';
import { residentRows } from '../../src/datasets/rows/image-rows';
import type { Chunk, Engine, TrainingState } from '../../src/engine/engine';
import { RandomStream } from '../../src/random/stream';
import type { TrainingConfig, VaeConfig } from '../../src/vae/config';
import { initialiseParameters } from '../../src/vae/parameters';
import { enginesButWebgpu } from '../support/engines';
import { PLAIN } from '../support/training';

const IMAGES = 23;
const M = 6;
/** Odd, so that rows lie across the words of memory. */
const PERCEPTRON: VaeConfig = {
  inputSize: 75,
  convolution: null,
  encoderHidden: [16],
  decoderHidden: [16],
  latent: 3,
  activation: 'tanh',
  likelihood: 'bernoulli',
};
const CONVOLUTIONAL: VaeConfig = {
  ...PERCEPTRON,
  inputSize: 48,
  convolution: { width: 4, height: 4, channels: 3, filters: [4], kernel: 4 },
};
const TRAINING: TrainingConfig = {
  ...PLAIN,
  minibatch: M,
  draws: 1,
  datapoints: IMAGES,
  optimizer: { name: 'sgd', learningRate: 0.01 },
};

const pixelsOf = ({ inputSize }: VaeConfig): Uint8Array =>
  Uint8Array.from({ length: IMAGES * inputSize }, (_, i) => (i * 2_654_435_761) >>> 24);

function startState(model: VaeConfig): TrainingState {
  const stream = new RandomStream(5, 'initialise');
  const parameters = initialiseParameters(model, { kind: 'glorot' }, (block, count) =>
    stream.normals(block, count),
  );
  return { step: 0, parameters, slots: {} };
}

function chunkOf(model: VaeConfig, firstStep: number, steps: number): Chunk {
  const rows = Uint32Array.from({ length: steps * M }, (_, i) => (7 * (firstStep * M + i)) % IMAGES);
  return { steps, firstStep, rows, noise: new RandomStream(6, 'noise').normals(0, steps * M * model.latent) };
}

/** The same chunk with the images that it needs, in the order of its steps. */
function carrying(model: VaeConfig, chunk: Chunk): Chunk {
  const images = residentRows(pixelsOf(model), model.inputSize).gather(chunk.rows);
  return { ...chunk, images, rows: chunk.rows.map((_, i) => i) };
}

async function trained(engine: Engine, model: VaeConfig, carries: boolean) {
  const session = await engine.open(model, TRAINING, carries ? null : pixelsOf(model));
  await session.load(startState(model));
  const elbo: number[] = [];
  let first = 0;
  // Chunks of several lengths: what one brought is not there for the next.
  for (const steps of [3, 1, 8]) {
    const chunk = chunkOf(model, first, steps);
    elbo.push(...(await session.train(carries ? carrying(model, chunk) : chunk)).elbo);
    first += steps;
  }
  const { parameters } = await session.read();
  const tensors = session.tensorCount();
  session.dispose();
  return { elbo, parameters, tensors };
}

describe.each(enginesButWebgpu)('$name', ({ present, open }) => {
  test.skipIf(!present).each([
    ['perceptron', PERCEPTRON],
    ['convolutions', CONVOLUTIONAL],
  ])('%s: the same bytes', async (_, model) => {
    const engine = await open();
    const held = await trained(engine, model, false);
    expect(await trained(engine, model, true)).toEqual(held);
    expect(held.elbo).not.toContain(NaN);
  });

  test.skipIf(!present)('images are either held or brought', async () => {
    const engine = await open();
    const chunk = chunkOf(PERCEPTRON, 0, 1);
    const run = async (images: Uint8Array | null, one: Chunk) => {
      const session = await engine.open(PERCEPTRON, TRAINING, images);
      await session.load(startState(PERCEPTRON));
      try {
        return await session.train(one);
      } finally {
        session.dispose();
      }
    };
    await expect(async () => run(null, chunk)).rejects.toThrow('got a chunk without images');
    const both = run.bind(null, pixelsOf(PERCEPTRON), carrying(PERCEPTRON, chunk));
    await expect(both).rejects.toThrow('got a chunk with images');
  });
});
