import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { expect, test } from 'vitest';
import { fusedKernel } from '../../src/engine/tensorflow/fused';
import { trace } from '../../src/trace/trace';

/** TensorFlow's kernels in the gradient of `f` at x [3, 4]. */
function kernels(f: (x: Tensor) => Tensor): string[] {
  const graph = trace([{ name: 'x', shape: [3, 4] }], ({ x }) => ({ gradient: tf.grad(f)(x!) }));
  return graph.nodes.flatMap((node) => fusedKernel(node, graph)?.operation ?? []);
}

test('the slope of a hyperbolic tangent and of a rectifier is one kernel with its factor', () => {
  expect(kernels((x) => tf.exp(tf.tanh(x)))).toEqual(['TanhGrad']);
  expect(kernels((x) => tf.exp(tf.relu(x)))).toEqual(['ReluGrad']);
});

test('a rectifier’s gradient looks at what came out of it, which a layer has anyway', () => {
  const graph = trace([{ name: 'x', shape: [3, 4] }], ({ x }) => ({
    gradient: tf.grad((a: Tensor) => tf.exp(tf.relu(a)))(x!),
  }));
  const found = graph.nodes.map((node) => fusedKernel(node, graph)).find((kernel) => kernel !== null);
  expect(graph.nodes[found!.inputs[1]!]!.operation).toBe('Relu');
});

test('other slopes stay as they are', () => {
  expect(kernels((x) => tf.exp(tf.leakyRelu(x, 0.1)))).toEqual([]);
  expect(kernels((x) => tf.square(tf.sub(1, tf.square(x))))).toEqual([]);
});

test('a sum over everything but the last dimension is a bias’s gradient, others are not', () => {
  expect(kernels((x) => tf.exp(tf.sum(x, 0)))).toEqual(['BiasAddGrad']);
  expect(kernels((x) => tf.exp(tf.sum(x, 1)))).toEqual([]);
  expect(kernels((x) => tf.exp(tf.sum(x, 0, true)))).toEqual([]);
  expect(kernels((x) => tf.exp(tf.sum(x)))).toEqual([]);
});
