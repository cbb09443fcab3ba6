/** The gradient takes no matrix product more than it needs. */
import { expect, test } from 'vitest';
import { gradientGraph } from '../../src/engine/programs';
import type { VaeConfig } from '../../src/vae/config';
import { PLAIN } from '../support/training';

const model: VaeConfig = {
  inputSize: 17,
  convolution: null,
  encoderHidden: [7],
  decoderHidden: [5],
  latent: 3,
  activation: 'tanh',
  likelihood: 'bernoulli',
};

test('no gradient with respect to the images is computed', () => {
  const optimizer = { name: 'sgd', learningRate: 1 } as const;
  const training = { ...PLAIN, minibatch: 11, draws: 1, datapoints: 99, optimizer };
  const { nodes } = gradientGraph(model, training);
  const products = nodes.filter(({ operation }) => operation === 'BatchMatMul');
  const shapes = products.map(({ type }) => type.shape.map(String).join('×')).sort();
  // The two heads are one product.
  const [hidden, heads, decoded, logits] = ['11×7', '11×6', '11×5', '11×17'];
  const weights = ['17×7', '7×6', '3×5', '5×17'];
  // Back from the logits to the decoder's layer, to z, and from the heads to the encoder's layer; on to the images would be 11×17.
  const back = ['11×5', '11×3', '11×7'];
  expect(shapes).toEqual([hidden, heads, decoded, logits, ...weights, ...back].sort());
});
