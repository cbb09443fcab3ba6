/** The graphs of two small models: what they are, so that a change of any of them shows, and that they are right. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeGraph, encodeGraph, evaluateGraph, gradientGraph, stepGraph } from '../../src/engine/programs';
import { print } from '../../src/trace/print';
import { trace } from '../../src/trace/trace';
import { bernoulliMean } from '../../src/vae/bernoulli';
import type { TrainingConfig, VaeConfig } from '../../src/vae/config';
import { decode } from '../../src/vae/decoder';
import { boundTerms } from '../../src/vae/elbo';
import { encode } from '../../src/vae/encoder';
import { parameterShapes } from '../../src/vae/parameters';
import { expectTraced } from './support';
import type { Tensors } from './support';
import { PLAIN } from '../support/training';
import { PERCEPTRON } from '../support/models';

beforeAll(() => tf.setBackend('cpu'));

const convolutional: VaeConfig = {
  ...PERCEPTRON,
  inputSize: 48,
  convolution: { width: 4, height: 4, channels: 3, filters: [2, 3], kernel: 3 },
  activation: 'relu',
};
const training: TrainingConfig = {
  ...PLAIN,
  minibatch: 3,
  draws: 2,
  datapoints: 10,
  weightPrior: true,
  optimizer: { name: 'adagrad', learningRate: 0.1, epsilon: 1e-8 },
};

describe.each([
  ['perceptron', PERCEPTRON],
  ['convolutional', convolutional],
])('%s', (_, model) => {
  const parameters = Object.entries(parameterShapes(model)).map(([name, shape]) => ({ name, shape }));
  const own = (tensors: Tensors): Tensors =>
    Object.fromEntries(parameters.map(({ name }) => [name, tensors[name]!]));

  test('encode and decode as tfjs does it directly', () => {
    const inputs = [
      { name: 'x', shape: ['batch', model.inputSize] },
      { name: 'z', shape: ['batch', model.latent] },
    ] as const;
    expectTraced([...parameters, ...inputs], (tensors) => {
      const logits = decode(model, own(tensors), tensors['z'] as Tensor2D);
      return {
        ...encode(model, own(tensors), tensors['x'] as Tensor2D),
        logits,
        mean: bernoulliMean(logits),
      };
    });
  });

  test('the bound’s terms and their gradients as tfjs does it directly', () => {
    const draws = 2;
    expectTraced([...parameters, { name: 'x', shape: ['batch', model.inputSize] }], (tensors) => {
      const [x, names] = [tensors['x'] as Tensor2D, parameters.map(({ name }) => name)];
      // The noise is made of the datapoints: the size of a batch can be `batch`, not `2 * batch`.
      const epsilon = tf.tile(tf.slice(x, [0, 1], [-1, model.latent]), [draws, 1]);
      const { reconstruction, klPerDimension } = boundTerms(model, own(tensors), x, epsilon);
      const bound = (...values: Tensor[]): tf.Scalar => {
        const changed = Object.fromEntries(names.map((name, i) => [name, values[i]!]));
        const terms = boundTerms(model, changed, x, epsilon);
        return tf.sub(tf.mean(terms.reconstruction), tf.mean(tf.sum(terms.klPerDimension, 1)));
      };
      const { grads } = tf.valueAndGrads(bound)(names.map((name) => tensors[name]!));
      return {
        reconstruction,
        klPerDimension,
        ...Object.fromEntries(names.map((name, i) => [name, grads[i]!])),
      };
    });
  });

  test('encode', () => expect(print(encodeGraph(model))).toMatchSnapshot());
  test('decode', () => expect(print(decodeGraph(model))).toMatchSnapshot());
  test('evaluate', () => expect(print(evaluateGraph(model))).toMatchSnapshot());
  test('gradient', () => expect(print(gradientGraph(model, training))).toMatchSnapshot());
  test('step', () => expect(print(stepGraph(model, { ...training, draws: 1 }))).toMatchSnapshot());
});

test('tracing the model leaves no tensor', () => {
  const { numTensors } = tf.memory();
  gradientGraph(PERCEPTRON, training);
  evaluateGraph(convolutional);
  expect(tf.memory().numTensors).toBe(numTensors);
});

test('every kind of attribute has its print', () => {
  const graph = trace([{ name: 'x', shape: ['batch', 3] }], ({ x }) => ({
    whole: tf.add(
      tf.pad(tf.div(tf.sum(x!, 0), x!.shape[0]), [[1, 4]], -0),
      tf.tensor1d([0, 1, 2, 3, 4, 5, 6, 7]),
    ),
    rows: tf.slice(x!, [1, 0], [-1, 2]),
    less: tf.where(tf.less(x!, NaN), x!, -Infinity),
  }));
  expect(print(graph)).toMatchInlineSnapshot(`
    "%0: float32[batch, 3] = Input(name=x)
    %1: float32[3] = Sum(%0, axes=[0], keepDims=false)
    %2: float32[] = Fill(value=batch)
    %3: float32[3] = RealDiv(%1, %2)
    %4: float32[8] = PadV2(%3, before=[1], after=[4], value=-0)
    %5: float32[8] = Constant(values=[0, 1, 2, 3, 4, 5, ... 8 numbers])
    %6: float32[8] = Add(%4, %5)
    %7: float32[batch-1, 2] = Slice(%0, begin=[1, 0])
    %8: float32[] = Fill(value=NaN)
    %9: bool[batch, 3] = Less(%0, %8)
    %10: float32[] = Fill(value=-Infinity)
    %11: float32[batch, 3] = Select(%9, %0, %10)
    return whole=%6, rows=%7, less=%11"
  `);
});
