/** Functions that have nothing to do with a model: their graphs compute what tfjs computes. */
import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { print } from '../../src/trace/print';
import { expectTraced, input, withGradients } from './support';

beforeAll(() => tf.setBackend('cpu'));

test('softmax regression', () => {
  const inputs = [input('x', 'batch', 4), input('w', 4, 3), input('b', 3), input('labels', 'batch', 3)];
  expectTraced(
    inputs,
    withGradients(['w', 'b', 'x'], ({ x, w, b, labels }) =>
      tf.losses.softmaxCrossEntropy(labels!, tf.add(tf.matMul(x!, w!), b!)),
    ),
  );
});

test('logSumExp', () => {
  expectTraced(
    [input('x', 'batch', 6)],
    withGradients(['x'], ({ x }) => tf.logSumExp(x!, 1)),
  );
});

test('layer normalisation', () => {
  const inputs = [input('x', 'batch', 8), input('scale', 8), input('shift', 8)];
  expectTraced(
    inputs,
    withGradients(['x', 'scale', 'shift'], ({ x, scale, shift }) => {
      const { mean, variance } = tf.moments(x!, 1, true);
      const normal = tf.mul(tf.sub(x!, mean), tf.rsqrt(tf.add(variance, 1e-3)));
      return tf.tanh(tf.add(tf.mul(normal, scale!), shift!));
    }),
  );
});

test('batch normalisation: the batch size is a number in it', () => {
  const graph = expectTraced(
    [input('x', 'batch', 3)],
    withGradients(['x'], ({ x }) => {
      const { mean, variance } = tf.moments(x!, 0);
      return tf.square(tf.div(tf.sub(x!, mean), tf.sqrt(tf.add(variance, 0.1))));
    }),
  );
  expect(print(graph)).toContain('Fill(value=batch)');
});

test('attention with two heads', () => {
  const inputs = [input('x', 'batch', 5, 4), input('q', 4, 6), input('k', 4, 6), input('v', 4, 6)];
  expectTraced(
    inputs,
    withGradients(['x', 'q', 'k', 'v'], ({ x, q, k, v }) => {
      const [batch] = (x as Tensor3D).shape;
      const heads = (w: Tensor): Tensor => {
        const flat = tf.matMul(tf.reshape(x!, [batch * 5, 4]), w);
        return tf.transpose(tf.reshape(flat, [batch, 5, 2, 3]), [0, 2, 1, 3]);
      };
      const scores = tf.matMul(heads(q!), heads(k!), false, true);
      const mixed = tf.matMul(tf.softmax(tf.mul(scores, 1 / Math.sqrt(3))), heads(v!));
      return tf.square(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, 5, 6]));
    }),
  );
});

test('the Huber loss', () => {
  const inputs = [input('label', 'batch', 3), input('prediction', 'batch', 3)];
  expectTraced(
    inputs,
    withGradients(['prediction'], ({ label, prediction }) =>
      tf.losses.huberLoss(label!, prediction!, undefined, 0.5),
    ),
  );
  expectTraced(inputs, (tensors) => {
    // tfjs has no gradient of a condition: it is made outside of the differentiated function.
    const size = tf.abs(tf.sub(tensors['prediction']!, tensors['label']!));
    const small = tf.logicalAnd(tf.lessEqual(size, 0.5), tf.logicalNot(tf.equal(size, 0)));
    return withGradients(['prediction'], ({ label, prediction }) => {
      const error = tf.abs(tf.sub(prediction!, label!));
      return tf.where(small, tf.mul(0.5, tf.square(error)), tf.sub(tf.mul(0.5, error), 0.125));
    })(tensors);
  });
});

test('power iteration, a loop in TypeScript', () => {
  expectTraced([input('m', 4, 4), input('v', 4, 1)], (tensors) => {
    const eigenvalue = (m: Tensor): Scalar => {
      let v = tensors['v']!;
      for (let i = 0; i < 4; i++) {
        const next = tf.matMul(m, v);
        v = tf.div(next, tf.norm(next));
      }
      return tf.sum(tf.mul(v, tf.matMul(m, v)));
    };
    const { value, grad } = tf.valueAndGrad(eigenvalue)(tensors['m']!);
    return { value, grad };
  });
});

test('a gradient of a gradient, and a gradient of one’s own', () => {
  const cube = tf.customGrad((x, save) => {
    (save as (tensors: Tensor[]) => void)([x as Tensor]);
    return {
      value: tf.pow(x as Tensor, 3),
      gradFunc: (dy, saved) => tf.mul(dy, tf.mul(3, tf.square(saved[0]!))),
    };
  });
  expectTraced([input('x', 'batch')], ({ x }) => ({
    second: tf.grad((t) => tf.sum(tf.grad((s) => tf.sum(tf.mul(tf.exp(s), tf.sin(s))))(t)))(x!),
    own: tf.grad(cube)(x!),
  }));
});
