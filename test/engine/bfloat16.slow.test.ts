/** Training steps whose products have operands of bfloat16, on every engine that has them. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import type { Chunk, Engine, TrainingState } from '../../src/engine/engine';
import { noBfloat16 } from '../../src/engine/processor';
import { gradientGraph } from '../../src/engine/programs';
import { RandomStream } from '../../src/random/stream';
import type { Graph, Node } from '../../src/trace/graph';
import { rebuilt } from '../../src/trace/simplify';
import type { OptimizerConfig, Precision, TrainingConfig, VaeConfig } from '../../src/vae/config';
import { initialiseParameters, parameterShapes } from '../../src/vae/parameters';
import { stateShapes } from '../../src/vae/state';
import { engines } from '../support/engines';
import { once } from '../support/once';
import { PLAIN } from '../support/training';
import { interpret, toBfloat16 } from '../trace/interpret';

const [M, D, H, G, Z] = [12, 48, 24, 20, 4];
const perceptron: VaeConfig = {
  ...{ inputSize: D, convolution: null, encoderHidden: [H], decoderHidden: [G], latent: Z },
  ...{ activation: 'tanh', likelihood: 'bernoulli' },
};
const convolutional: VaeConfig = {
  ...{ ...perceptron, inputSize: 256, activation: 'relu' },
  convolution: { width: 16, height: 16, channels: 1, filters: [4, 8], kernel: 4 },
};
const SGD: OptimizerConfig = { name: 'sgd', learningRate: 1 };
const ADAM: OptimizerConfig = { name: 'adam', learningRate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

const trainingOf = (precision: Precision, optimizer: OptimizerConfig): TrainingConfig => ({
  ...{ ...PLAIN, minibatch: M, draws: 1, datapoints: M, optimizer, precision },
});

const random = new RandomStream(5, 'noise');
const imagesOf = ({ inputSize }: VaeConfig): Uint8Array =>
  Uint8Array.from({ length: M * inputSize }, (_, i) => (i * 2_654_435_761) >>> 24);

function startOf(model: VaeConfig, optimizer: OptimizerConfig): TrainingState {
  const start = new RandomStream(1, 'initialise');
  const parameters = initialiseParameters(model, { kind: 'glorot' }, (block, count) =>
    start.normals(block, count),
  );
  const slots = Object.entries(stateShapes(model, optimizer)).flatMap(([key, shape]) =>
    key in parameters ? [] : [[key, new Float32Array(shape.reduce((a, b) => a * b, 1))] as const],
  );
  return { step: 0, parameters, slots: Object.fromEntries(slots) };
}

const chunkOf = (firstStep: number, steps: number): Chunk => ({
  ...{ firstStep, steps },
  rows: Uint32Array.from({ length: steps * M }, (_, i) => i % M),
  noise: random.normals(0, 8 * M * Z).subarray(firstStep * M * Z, (firstStep + steps) * M * Z),
});

type Arrays = Readonly<Record<string, Float32Array>>;

interface Outcome {
  /** By which one step of rate 1 moves the parameters. */
  readonly gradient: Arrays;
  readonly elbo: number;
  /** What the session says before it trains. */
  readonly answers: readonly unknown[];
}

async function outcomeOf(engine: Engine, model: VaeConfig, precision: Precision): Promise<Outcome> {
  const images = imagesOf(model);
  const session = await engine.open(model, trainingOf(precision, SGD), images);
  const start = startOf(model, SGD);
  await session.load(start);
  const { noise } = chunkOf(0, 1);
  const answers = [
    await session.encode(images, M),
    await session.decode(noise, M),
    await session.evaluate(images, M, noise, 1),
  ];
  const { elbo } = await session.train(chunkOf(0, 1));
  const { parameters } = await session.read();
  session.dispose();
  const gradient = Object.fromEntries(
    Object.entries(parameters).map(([name, after]) => [
      name,
      after.map((x, i) => x - start.parameters[name]![i]!),
    ]),
  );
  return { gradient, elbo: elbo[0]!, answers };
}

/** Length of the difference of two vectors, relative to the second. */
function distance(got: Float32Array, expected: Float32Array): number {
  const squares = (of: (i: number) => number): number => expected.reduce((sum, _, i) => sum + of(i) ** 2, 0);
  return Math.sqrt(squares((i) => got[i]! - expected[i]!) / squares((i) => expected[i]!));
}

type Rows = readonly (readonly number[])[];

const rounded = (rows: Rows): Rows =>
  rows.map((row) => Array.from(toBfloat16(tf.tensor1d([...row], 'float32')).dataSync()));
const transposed = (rows: Rows): Rows => rows[0]!.map((_, j) => rows.map((row) => row[j]!));
const product = (a: Rows, b: Rows): Rows => {
  const columns = transposed(b);
  return a.map((row) => columns.map((column) => row.reduce((sum, x, k) => sum + x * column[k]!, 0)));
};
const map = (rows: Rows, f: (x: number, i: number, j: number) => number): Rows =>
  rows.map((row, i) => row.map((x, j) => f(x, i, j)));

/**
 * The gradient of the bound's estimator (eq. 7), written out by hand in double precision, with products of rounded operands in the outer
 * layers. @param keepsSums whether their results are kept as they are, or rounded, too
 */
function byHand(keepsSums: boolean): Arrays {
  const { parameters } = startOf(perceptron, SGD);
  const shapes = parameterShapes(perceptron);
  const matrix = (name: string): Rows => {
    const [rows, columns] = shapes[name]! as [number, number];
    return Array.from({ length: rows }, (_, i) =>
      Array.from(parameters[name]!.subarray(i * columns, (i + 1) * columns)),
    );
  };
  const narrow = (a: Rows, b: Rows): Rows => {
    const exact = product(rounded(a), rounded(b));
    return keepsSums ? exact : rounded(exact);
  };
  const images = imagesOf(perceptron);
  const x = Array.from({ length: M }, (_, i) =>
    Array.from({ length: D }, (_, j) => images[i * D + j]! / 255),
  );
  const epsilon = chunkOf(0, 1).noise;
  const [first, heads, inner, last] = [
    'encoder.hidden.0',
    'encoder.posterior',
    'decoder.hidden.0',
    'decoder.output',
  ].map((layer) => matrix(`${layer}.weight`)) as [Rows, Rows, Rows, Rows];
  // All biases start at 0.
  const h = map(narrow(x, first), Math.tanh);
  const posterior = product(h, heads);
  const [mean, logVariance] = [posterior.map((row) => row.slice(0, Z)), posterior.map((row) => row.slice(Z))];
  const noise = (i: number, d: number): number => Math.exp(logVariance[i]![d]! / 2) * epsilon[i * Z + d]!;
  const z = map(mean, (m, i, d) => m + noise(i, d));
  const g = map(product(z, inner), Math.tanh);
  const logits = narrow(g, last);
  const ofLogits = map(logits, (l, i, j) => (x[i]![j]! - 1 / (1 + Math.exp(-l))) / M);
  const ofInner = map(narrow(ofLogits, transposed(last)), (d, i, j) => d * (1 - g[i]![j]! ** 2));
  const ofZ = product(ofInner, transposed(inner));
  const ofHeads = ofZ.map((row, i) => [
    ...row.map((d, j) => d - mean[i]![j]! / M),
    ...row.map((d, j) => (d * noise(i, j) - (Math.exp(logVariance[i]![j]!) - 1) / M) / 2),
  ]);
  const ofHidden = map(product(ofHeads, transposed(heads)), (d, i, j) => d * (1 - h[i]![j]! ** 2));
  const flat = (rows: Rows): Float32Array => Float32Array.from(rows.flat());
  const sums = (rows: Rows): Float32Array =>
    Float32Array.from(transposed(rows), (column) => column.reduce((a, b) => a + b));
  return {
    'encoder.hidden.0.weight': flat(narrow(transposed(x), ofHidden)),
    'encoder.hidden.0.bias': sums(ofHidden),
    'encoder.posterior.weight': flat(product(transposed(h), ofHeads)),
    'encoder.posterior.bias': sums(ofHeads),
    'decoder.hidden.0.weight': flat(product(transposed(z), ofInner)),
    'decoder.hidden.0.bias': sums(ofInner),
    'decoder.output.weight': flat(narrow(transposed(g), ofLogits)),
    'decoder.output.bias': sums(ofLogits),
  };
}

/**
 * An operand that two engines compute with other last digits may be rounded to either of two neighbours, of which there are
 * hundreds; the operands' rounding as such is ten times this.
 */
const TOLERANCE = 3e-4;
/** Half of the distance of two numbers of bfloat16, relative to them: 8 bits are kept. */
const ROUNDING = 2 ** -8;

/** TensorFlow's kernels round their results to the type of their operands. */
const roundsResults = (name: string): boolean => name.includes('graph executor');
const narrowing = engines.filter(({ name }) => name === 'jax' || /^tensorflow, (graph|XLA)/.test(name));
/** Where the processor has no such products, TensorFlow's replacements for oneDNN's are less exact, and are not offered. */
const present = narrowing.filter(
  (engine) => engine.present && (noBfloat16() === null || !roundsResults(engine.name)),
);

/** The graph, with the results of its products of bfloat16 rounded to it. */
function withRoundedResults(graph: Graph): Graph {
  const nodes: Node[] = [];
  return rebuilt(graph, {
    nodes,
    add(node) {
      const number = nodes.push(node) - 1;
      const isNarrow = node.inputs.some((input) => nodes[input]!.type.dtype === 'bfloat16');
      if (!isNarrow) return number;
      const attributes = { dtype: 'bfloat16' } as const;
      return nodes.push({ operation: 'Cast', inputs: [number], attributes, type: node.type }) - 1;
    },
  });
}

describe.each(narrowing)('$name', (engine) => {
  const skips = !present.includes(engine);
  const narrowed = once(async () => outcomeOf(await engine.open(), perceptron, 'bfloat16'));
  const plain = once(async () => outcomeOf(await engine.open(), perceptron, 'float32'));

  test.skipIf(skips)('a step moves by the gradient with rounded operands', async () => {
    await tf.setBackend('cpu');
    const { gradient } = await narrowed();
    const expected = byHand(!roundsResults(engine.name));
    expect(Object.keys(gradient).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, values] of Object.entries(expected))
      expect(distance(gradient[name]!, values), name).toBeLessThan(TOLERANCE);
  });

  test.skipIf(skips)('each layer’s gradient is as far from that of float32 as its rounding', async () => {
    const [narrow, wide] = [await narrowed(), await plain()];
    for (const [name, values] of Object.entries(wide.gradient)) {
      const off = distance(narrow.gradient[name]!, values);
      // Sums of numbers of both signs: the sum is smaller than what it is of, whose rounding it takes over.
      expect(off, name).toBeLessThan(4 * ROUNDING);
      expect(off, name).toBeGreaterThan(ROUNDING / 100);
    }
    expect(Math.abs(narrow.elbo / wide.elbo - 1)).toBeLessThan(ROUNDING / 4);
  });

  test.skipIf(skips)('convolutions have rounded operands, too', async () => {
    await tf.setBackend('cpu');
    const { gradient } = await outcomeOf(await engine.open(), convolutional, 'bfloat16');
    const { parameters } = startOf(convolutional, SGD);
    const shapes = parameterShapes(convolutional);
    const given = Object.entries(parameters).map(([name, values]) => [
      name,
      tf.tensor(values, [...shapes[name]!]),
    ]);
    const x = tf.tensor(
      Float32Array.from(imagesOf(convolutional), (byte) => byte / 255),
      [M, 256],
    );
    const inputs = {
      ...(Object.fromEntries(given) as Record<string, tf.Tensor>),
      x,
      epsilon: tf.tensor(chunkOf(0, 1).noise, [M, Z]),
    };
    const graph = gradientGraph(convolutional, trainingOf('bfloat16', SGD));
    // TensorFlow runs models with convolutions by its graph executor.
    const expected = interpret(engine.name === 'jax' ? graph : withRoundedResults(graph), inputs, M);
    for (const name of Object.keys(parameters))
      expect(distance(gradient[name]!, expected[name]!.dataSync<'float32'>()), name).toBeLessThan(TOLERANCE);
  });

  test.skipIf(skips)('goes on from a state as if it had not been interrupted', async () => {
    const { images, training } = { images: imagesOf(perceptron), training: trainingOf('bfloat16', ADAM) };
    /** One session after the other: a program is compiled once. */
    const after = async (from: TrainingState, firstStep: number, steps: number): Promise<TrainingState> => {
      const session = await (await engine.open()).open(perceptron, training, images);
      await session.load(from);
      await session.train(chunkOf(firstStep, steps));
      const state = await session.read();
      session.dispose();
      return state;
    };
    const start = startOf(perceptron, ADAM);
    const whole = await after(start, 0, 4);
    expect(await after(await after(start, 0, 2), 2, 2)).toEqual(whole);
    expect(whole.parameters).not.toEqual(start.parameters);
  });

  test.skipIf(skips)('encodes, decodes and evaluates in single precision', async () => {
    expect((await narrowed()).answers).toEqual((await plain()).answers);
  });
});

test.each(engines.filter((engine) => engine.present && !narrowing.includes(engine)))(
  '$name refuses',
  async ({ open }) => {
    const engine = await open();
    expect(engine.noBfloat16).toMatch(/\w/);
    const opened = async () => engine.open(perceptron, trainingOf('bfloat16', SGD), imagesOf(perceptron));
    await expect(opened()).rejects.toThrow('precision: got bfloat16, expected float32: ');
  },
);
