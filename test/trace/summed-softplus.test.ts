import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { RandomStream } from '../../src/random/stream';
import { check } from '../../src/trace/check';
import type { Graph } from '../../src/trace/graph';
import { summedSoftplus } from '../../src/trace/summed-softplus';
import { trace } from '../../src/trace/trace';
import { bernoulliLogLikelihood } from '../../src/vae/bernoulli';
import { interpret } from './interpret';

beforeAll(() => tf.setBackend('cpu'));

const BATCH = 3;
type Body = (x: Tensor2D, l: Tensor2D) => Tensor;

function traced(columns: number, body: Body): Graph {
  const inputs = ['x', 'l'].map((name) => ({ name, shape: ['batch', columns] as const }));
  return trace(inputs, ({ x, l }) => ({ y: body(x as Tensor2D, l as Tensor2D) }));
}

const operations = ({ nodes }: Graph): string[] => nodes.map(({ operation }) => operation);

/** Values of the graph as it is traced and as it is passed on, which must be legal. */
function both(graph: Graph, columns: number, scale = 3): readonly [number[], number[]] {
  const random = new RandomStream(5, 'noise');
  const x = tf.tensor2d(Float32Array.from(random.uniforms(0, BATCH * columns)), [BATCH, columns]);
  const l = tf.mul(tf.tensor2d(random.normals(1, BATCH * columns), [BATCH, columns]), scale);
  const values = (own: Graph): number[] =>
    Array.from(interpret(own, { x, l }, BATCH)['y']!.dataSync<'float32'>());
  return [values(graph), values(check(summedSoftplus(graph)))];
}

/** log p(x|l) in double precision, from its definition. */
function independent(x: readonly number[], l: readonly number[]): number {
  const softplus = (value: number): number => Math.max(value, 0) + Math.log1p(Math.exp(-Math.abs(value)));
  return x.reduce((sum, value, i) => sum + value * l[i]! - softplus(l[i]!), 0);
}

test.each([
  ['one group', 112],
  ['the digits: seven groups', 784],
  ['colour', 8 * 8 * 3],
  ['few factors', 121],
])('Bernoulli by products, %s of %i', (_, columns) => {
  const graph = traced(columns, bernoulliLogLikelihood);
  expect(operations(graph)).toContain('Softplus');
  const passed = operations(summedSoftplus(graph));
  expect(passed).toContain('Prod');
  expect(passed).not.toContain('Softplus');
  const [before, after] = both(graph, columns);
  after.forEach((value, i) => expect(value / before[i]!).toBeCloseTo(1, 6));
});

test('no logits are too great or too small, and a row of zeros has the least factors that there are', () => {
  const columns = 126;
  const rows = [0, 1e-6, 200, -200, 1e30].map((value) => Array.from({ length: columns }, () => value));
  const x = rows.map((row) => row.map((_, i) => (i % 2 === 0 ? 1 : 0.25)));
  const graph = summedSoftplus(traced(columns, bernoulliLogLikelihood));
  const given = { x: tf.tensor2d(x), l: tf.tensor2d(rows) };
  const values = Array.from(interpret(graph, given, rows.length)['y']!.dataSync<'float32'>());
  values.forEach((value, i) => expect(value / independent(x[i]!, rows[i]!)).toBeCloseTo(1, 5));
});

test('sums over all, and with the dimension kept', () => {
  for (const body of [
    (x, l) => tf.sum(tf.sub(x, tf.softplus(l))),
    (x, l) => tf.sum(tf.sub(x, tf.softplus(l)), 1, true),
  ] as const satisfies readonly Body[]) {
    const graph = traced(28, body);
    expect(operations(summedSoftplus(graph))).toContain('Prod');
    const [before, after] = both(graph, 28);
    after.forEach((value, i) => expect(value / before[i]!).toBeCloseTo(1, 6));
  }
});

test('a gradient keeps its own way', () => {
  const graph = traced(784, (x, l) =>
    tf.grad((logits: Tensor) => tf.sum(bernoulliLogLikelihood(x, logits as Tensor2D)))(l),
  );
  expect(operations(summedSoftplus(graph))).toEqual(operations(graph));
});

test.each<readonly [string, number, Body]>([
  ['rows that have no divisor', 127, bernoulliLogLikelihood],
  ['short rows', 7, bernoulliLogLikelihood],
  ['a sum over the batch', 784, (x, l) => tf.sum(tf.sub(x, tf.softplus(l)), 0)],
  ['a mean', 784, (x, l) => tf.mean(tf.sub(x, tf.softplus(l)), 1)],
  [
    'softplus of one row for all',
    784,
    (x, l) => tf.sum(tf.sub(x, tf.softplus(tf.slice(l, [0, 0], [1, 784]))), 1),
  ],
  ['softplus on the left', 784, (x, l) => tf.sum(tf.sub(tf.softplus(l), x), 1)],
])('stays as it is: %s', (_, columns, body) => {
  const graph = traced(columns, body);
  expect(summedSoftplus(graph)).toEqual(graph);
});
