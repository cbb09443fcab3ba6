/** Which operations of a training step get operands of bfloat16: the large products, and nothing else. */
import { expect, test } from 'vitest';
import { gradientGraph, stepGraph } from '../../src/engine/programs';
import { check } from '../../src/trace/check';
import type { Graph, Node } from '../../src/trace/graph';
import { printDimension } from '../../src/trace/dimension';
import type { TrainingConfig, VaeConfig } from '../../src/vae/config';
import { PLAIN } from '../support/training';

const perceptron: VaeConfig = {
  ...{ inputSize: 17, convolution: null, encoderHidden: [7], decoderHidden: [5], latent: 3 },
  ...{ activation: 'tanh', likelihood: 'bernoulli' },
};
const convolutional: VaeConfig = {
  ...perceptron,
  ...{ inputSize: 64, convolution: { width: 8, height: 8, channels: 1, filters: [2, 4], kernel: 4 } },
};
const training: TrainingConfig = {
  ...{ ...PLAIN, minibatch: 11, draws: 1, datapoints: 99, precision: 'bfloat16' },
  optimizer: { name: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

const PRODUCTS = ['BatchMatMul', 'Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter'];
const isNarrow =
  ({ nodes }: Graph) =>
  (node: Node): boolean =>
    node.inputs.some((input) => nodes[input]!.type.dtype === 'bfloat16');

/** Shapes of the matrix products, by whether their operands are narrow. */
function matrices(graph: Graph): { narrow: string[]; wide: string[] } {
  const products = graph.nodes.filter(({ operation }) => operation === 'BatchMatMul');
  const shapes = (of: readonly Node[]): string[] =>
    of.map(({ type }) => type.shape.map(printDimension).join('×')).sort();
  const narrow = isNarrow(graph);
  return { narrow: shapes(products.filter(narrow)), wide: shapes(products.filter((node) => !narrow(node))) };
}

test('of a perceptron, the products of its outer layers', () => {
  const [hidden, logits, back] = ['11×7', '11×17', '11×5'];
  const { narrow, wide } = matrices(gradientGraph(perceptron, training));
  expect(narrow).toEqual([hidden, logits, '17×7', '5×17', back].sort());
  // Mean and log-variance, the decoder's first layer, their weights' gradients, and the way back through both.
  expect(wide).toEqual(['11×6', '11×5', '7×6', '3×5', '11×3', '11×7'].sort());
});

test('layers of equal shapes are told apart', () => {
  // Every weight but the first and the last is 6 × 6 or 3 × 6.
  const deep = { ...perceptron, encoderHidden: [6, 6], decoderHidden: [6, 6] };
  const { narrow, wide } = matrices(gradientGraph(deep, training));
  expect(narrow.filter((shape) => shape === '6×6')).toHaveLength(2);
  expect(wide.filter((shape) => shape === '6×6')).toHaveLength(1);
  expect(wide).toHaveLength(6);
});

test('all convolutions and their gradients', () => {
  const graph = gradientGraph(convolutional, training);
  const convolutions = graph.nodes.filter(({ operation }) => operation.startsWith('Conv2D'));
  expect(new Set(convolutions.map(({ operation }) => operation)).size).toBe(3);
  expect(convolutions.every(isNarrow(graph))).toBe(true);
  expect(matrices(graph).wide).toHaveLength(6);
});

test.each([
  ['the bound', {}],
  ['more draws, with a prior on the weights and clipped', { draws: 2, weightPrior: true, clipNorm: 1 }],
  ['free bits', { objective: { estimator: 'analytic-kl', beta: 2, freeBits: 0.1 } }],
  ['sampled', { objective: { estimator: 'sgvb-a', beta: 1, freeBits: 0 } }],
  [
    'importance-weighted',
    { draws: 4, objective: { estimator: 'importance-weighted', beta: 1, freeBits: 0 } },
  ],
  ['wake-sleep', { algorithm: 'wake-sleep' }],
] as const)('%s: only products take narrow numbers, only casts make them, each once', (_, changes) => {
  for (const model of [perceptron, convolutional]) {
    const graph = stepGraph(model, { ...training, ...changes });
    expect(check(graph)).toBe(graph);
    const narrow = graph.nodes.filter(isNarrow(graph));
    expect(narrow.length).toBeGreaterThan(3);
    expect(narrow.filter(({ operation }) => !PRODUCTS.includes(operation))).toEqual([]);
    expect(narrow.every(({ type }) => type.dtype === 'float32')).toBe(true);
    const casts = graph.nodes.filter(({ type }) => type.dtype === 'bfloat16');
    expect(casts.every(({ operation }) => operation === 'Cast')).toBe(true);
    expect(new Set(casts.map(({ inputs }) => inputs[0])).size).toBe(casts.length);
    expect(graph.outputs.every(({ node }) => graph.nodes[node]!.type.dtype === 'float32')).toBe(true);
  }
});

test('in single precision, nothing is cast', () => {
  const graph = stepGraph(perceptron, { ...training, precision: 'float32' });
  expect(graph.nodes.filter(({ operation }) => operation === 'Cast')).toEqual([]);
});
