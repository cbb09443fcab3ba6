/** Every kernel that can be traced, and its gradient: the graphs compute what tfjs computes. */
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../src/trace/operations';
import type { Operation } from '../../src/trace/operations';
import type { TraceInput } from '../../src/trace/trace';
import { expectTraced, input, seen, withGradients } from './support';

beforeAll(() => tf.setBackend('cpu'));

describe('kernels and their gradients', () => {
  test('softmax and the logarithm of softmax', () => {
    const inputs = [input('x', 'batch', 5), input('weight', 'batch', 5)];
    expectTraced(inputs, ({ x }) => ({ softmax: tf.softmax(x!), log: tf.logSoftmax(x!, 1) }));
    expectTraced(
      inputs,
      withGradients(['x'], ({ x, weight }) => tf.mul(weight!, tf.add(tf.softmax(x!), tf.logSoftmax(x!)))),
    );
  });

  test.each([
    ['same', 1],
    ['same', 2],
    ['valid', 1],
    ['valid', 2],
  ] as const)('convolution with padding %s and stride %d', (padding, stride) => {
    const inputs = [input('image', 'batch', 7, 6, 2), input('filter', 3, 3, 2, 4), input('bias', 4)];
    expectTraced(
      inputs,
      withGradients(['image', 'filter', 'bias'], ({ image, filter, bias }) => {
        const maps = tf.conv2d(image as Tensor4D, filter as Tensor4D, stride, padding);
        return tf.square(tf.relu(tf.add(maps, bias!)));
      }),
    );
  });

  test('transposed convolution', () => {
    const inputs = [input('maps', 'batch', 3, 4, 2), input('filter', 4, 4, 3, 2)];
    expectTraced(
      inputs,
      withGradients(['maps', 'filter'], ({ maps, filter }) => {
        const size: Tensor4D['shape'] = [maps!.shape[0], 6, 8, 3];
        return tf.square(tf.conv2dTranspose(maps as Tensor4D, filter as Tensor4D, size, 2, 'same'));
      }),
    );
  });

  test('matrix products with every pair of transpose flags', () => {
    for (const [left, right] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ] as const) {
      const inputs = [
        left ? input('a', 3, 'batch') : input('a', 'batch', 3),
        right ? input('b', 2, 3) : input('b', 3, 2),
      ];
      expectTraced(
        inputs,
        withGradients(['a', 'b'], ({ a, b }) => tf.square(tf.matMul(a!, b!, left, right))),
      );
    }
  });

  test('fused dense layers', () => {
    const inputs = [input('x', 'batch', 4), input('w', 4, 3), input('bias', 3)];
    for (const activation of ['linear', 'relu', 'elu', 'sigmoid'] as const) {
      expectTraced(inputs, ({ x, w, bias }) => ({
        y: tf.fused.matMul({ a: x as Tensor2D, b: w as Tensor2D, bias: bias!, activation }),
      }));
    }
  });

  test('concat, split, stack, unstack, pad, slice, expandDims, squeeze, transpose', () => {
    const inputs = [input('a', 'batch', 2, 3), input('b', 'batch', 2, 3)];
    expectTraced(
      inputs,
      withGradients(['a', 'b'], ({ a, b }) => {
        const joined = tf.concat([a!, b!, a!], -1);
        const [head, tail] = tf.split(joined, [2, 7], 2) as [Tensor, Tensor];
        const [top, bottom] = tf.unstack(tail, -2) as [Tensor, Tensor];
        const piled = tf.stack([top, bottom, tf.square(top)], 1);
        const padded = tf.pad(piled, [[0, 0], [1, 0], [0, 2]], 0.5); // prettier-ignore
        const middle = tf.slice(padded, [0, 1, 2], [-1, 3, 6]);
        const wide = tf.transpose(tf.squeeze(tf.expandDims(middle, -1), [3]), [2, 0, 1]);
        return tf.add(tf.sum(tf.square(wide)), tf.sum(tf.exp(head)));
      }),
    );
  });

  test('concatenation and rows along the batch', () => {
    expectTraced(
      [input('a', 'batch', 2), input('b', 'batch', 2)],
      withGradients(['a', 'b'], ({ a, b }) => {
        const batch = a!.shape[0];
        const joined = tf.concat([a!, tf.square(b!), tf.ones([1, 2])], 0);
        return tf.square(tf.slice(joined, [batch, 0], [batch + 1, 2]));
      }),
    );
  });

  test('tile and broadcastTo', () => {
    expectTraced(
      [input('x', 'batch', 2), input('row', 1, 2)],
      withGradients(['x', 'row'], ({ x, row }) => {
        const wide = tf.add(tf.tile(x!, [3, 2]), tf.mean(tf.broadcastTo(row!, [4, 2])));
        return tf.square(wide);
      }),
    );
  });

  test('gather', () => {
    const indices: TraceInput = { name: 'indices', shape: ['batch'], dtype: 'int32' };
    const table = input('table', 7, 3);
    const whole = (t: Tensor): Tensor => tf.cast(tf.abs(t), 'int32');
    expectTraced([table, indices], (tensors) => ({
      rows: tf.gather(tensors['table']!, whole(tensors['indices']!)),
      fixed: tf.gather(tensors['table']!, [2, 0, 2], 1),
    }));
  });

  test('elu, leakyRelu, clipByValue, softplus, relu, step', () => {
    const inputs = [input('x', 'batch', 50), input('weight', 'batch', 50)];
    // Where one kernel becomes two operations, the number between them is rounded to single precision: 2^-23.
    const functions: readonly [(x: Tensor) => Tensor, tolerance: number][] = [
      [tf.elu, 3e-7],
      [(x) => tf.leakyRelu(x, 0.3), 3e-7],
      [(x) => tf.clipByValue(x, -0.5, 0.7), 0],
      [tf.softplus, 0],
      [tf.relu, 0],
      [(x) => tf.mul(x, tf.step(x, 0.2)), 0],
    ];
    for (const [f, tolerance] of functions) {
      expectTraced(inputs, ({ x }) => ({ y: f(x!) }), tolerance);
      expectTraced(
        inputs,
        withGradients(['x'], ({ x, weight }) => tf.mul(weight!, f(x!))),
        tolerance * 100,
      );
    }
  });

  test('the other functions of one tensor', () => {
    const inputs = [input('x', 'batch', 20)];
    const signed = [tf.abs, tf.cos, tf.sin, tf.exp, tf.expm1, tf.erf, tf.sigmoid, tf.tanh, tf.square];
    const positive = [tf.log, tf.log1p, tf.sqrt, tf.rsqrt, tf.reciprocal];
    expectTraced(
      inputs,
      withGradients(['x'], ({ x }) => {
        const above = tf.add(tf.square(x!), 0.1);
        return tf.addN([...signed.map((f) => f(x!)), ...positive.map((f) => f(above))]);
      }),
    );
    expectTraced(inputs, ({ x }) => ({
      steps: tf.addN([tf.ceil(x!), tf.floor(x!), tf.sign(x!)]),
      powers: tf.pow(tf.abs(x!), 1.5),
    }));
  });

  test('functions of two tensors, and comparisons', () => {
    const inputs = [input('a', 'batch', 1, 4), input('b', 3, 1)];
    for (const f of [tf.add, tf.sub, tf.mul, tf.div]) {
      expectTraced(
        inputs,
        withGradients(['a', 'b'], ({ a, b }) => tf.tanh(f(a!, b!))),
      );
    }
    // Their gradients in tfjs want tensors of one shape.
    for (const f of [tf.maximum, tf.minimum, tf.squaredDifference]) {
      expectTraced(
        [input('a', 'batch', 4), input('b', 'batch', 4)],
        withGradients(['a', 'b'], ({ a, b }) => tf.tanh(f(a!, b!))),
      );
    }
    const comparisons = {
      ...{ e: tf.equal, n: tf.notEqual, g: tf.greater, ge: tf.greaterEqual },
      l: tf.less,
    };
    expectTraced(inputs, ({ a, b }) => ({
      ...Object.fromEntries(Object.entries(comparisons).map(([name, f]) => [name, f(a!, b!)])),
      neither: tf.logicalNot(tf.logicalAnd(tf.equal(a!, 0), tf.equal(b!, 0))),
      either: tf.logicalOr(tf.less(a!, 0), tf.lessEqual(b!, 0)),
    }));
  });

  test('reductions over every choice of axes', () => {
    const inputs = [input('x', 'batch', 3, 4)];
    for (const axes of [[0], [1], [-1], [0, 2], [0, 1, 2]]) {
      for (const keep of [false, true]) {
        expectTraced(
          inputs,
          withGradients(['x'], ({ x }) =>
            tf.addN([tf.sum, tf.mean, tf.max, tf.min].map((f) => tf.square(f(x!, axes, keep)))),
          ),
        );
        expectTraced(inputs, ({ x }) => ({ product: tf.prod(x!, axes, keep) }));
      }
    }
  });
});

describe('element types', () => {
  const whole: TraceInput = { name: 'whole', shape: ['batch', 3], dtype: 'int32' };
  const truth: TraceInput = { name: 'truth', shape: ['batch', 3], dtype: 'bool' };

  test('sums, means and greatest of whole numbers and truths', () => {
    expectTraced([whole, truth], (tensors) => {
      const [w, t] = [tensors['whole']!, tensors['truth']!];
      return {
        ...{ sum: tf.sum(w, 1), mean: tf.mean(w, 1), most: tf.max(w, 1), scaled: tf.mul(w, 0.5) },
        ...{ count: tf.sum(t, 1), share: tf.mean(t), cast: tf.cast(w, 'bool'), back: tf.cast(t, 'int32') },
      };
    });
  });

  test('where and clipByValue of whole numbers', () => {
    expectTraced([whole, truth, input('x', 'batch', 3)], (tensors) => {
      const [w, t, x] = [tensors['whole']!, tensors['truth']!, tensors['x']!];
      return {
        mixed: tf.where(t, w, x),
        same: tf.where(t, w, tf.neg(w)),
        clipped: tf.clipByValue(w, -1, 2),
      };
    });
  });

  test('constants of every type keep their values, and the sign of a zero', () => {
    const graph = expectTraced([input('x', 'batch', 3)], ({ x }) => ({
      float: tf.mul(x!, tf.tensor1d([1, NaN, -Infinity])),
      sign: tf.div(1, tf.add(tf.mul(0, tf.abs(x!)), tf.tensor1d([0, -0, 0]))),
      minus: tf.div(tf.tensor1d([1, 1, 1]), tf.tensor1d([0, -0, 0])),
      int: tf.add(tf.cast(x!, 'int32'), tf.tensor1d([1, -2, 3], 'int32')),
      bool: tf.logicalAnd(tf.greater(x!, 0), tf.tensor1d([true, false, true])),
    }));
    expect(graph.nodes.filter(({ operation }) => operation === 'Constant')).toHaveLength(4);
  });
});

/** Every operation is in the graph of some function of these tests, where all of them were run. */
afterAll(({}, file) => {
  const tests = file.tasks.flatMap((task) => (task.type === 'suite' ? task.tasks : [task]));
  if (tests.some(({ result }) => result?.state !== 'pass')) return;
  // The broadcastTo of tfjs 4.22 calls the kernel Tile.
  expect(Object.keys(OPERATIONS).filter((name) => !seen.has(name as Operation))).toEqual(['BroadcastTo']);
});
