/** A classifier of images by a linear map of their pixels, as an ONNX file and as a formula. */
import { serialiseModel } from '../../src/engine/onnx/encode';
import { onnxTensor } from '../../src/engine/onnx/tensor';
import type { OnnxModel } from '../../src/engine/onnx/model';
import { node, value } from '../engine/onnx/support';

export interface LinearClassifier {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly classes: number;
  readonly layout?: 'nchw' | 'nhwc' | 'flat';
  /** Last operator of the file. */
  readonly end?: 'Softmax' | 'LogSoftmax' | 'Sigmoid' | 'none';
  readonly element?: 'float32' | 'uint8';
  readonly batch?: number;
  /** Whether its sides are open. */
  readonly anySize?: boolean;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Weight of a value of an image (rows, columns, channels) for a class. */
const weight = (y: number, x: number, channel: number, k: number): number =>
  Math.sin(1 + 3 * y + 5 * x + 7 * channel + 11 * k);
const bias = (k: number): number => 0.3 * Math.cos(k);

export function linearClassifier(of: LinearClassifier): Uint8Array {
  const { width, height, channels, classes, layout = 'nchw', end = 'none', element = 'float32' } = of;
  const { batch = 'batch', anySize = false, metadata } = of;
  const [h, w] = anySize ? ['h', 'w'] : [height, width];
  const dims = {
    nchw: [batch, channels, h, w],
    nhwc: [batch, h, w, channels],
    flat: [batch, width * height * channels],
  };
  const weights: number[] = [];
  const row = (y: number, x: number, channel: number): void => {
    for (let k = 0; k < classes; k++) weights.push(weight(y, x, channel, k));
  };
  const isFirst = layout === 'nchw';
  for (let channel = 0; isFirst && channel < channels; channel++)
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) row(y, x, channel);
  for (let y = 0; !isFirst && y < height; y++)
    for (let x = 0; x < width; x++) for (let channel = 0; channel < channels; channel++) row(y, x, channel);
  const model: OnnxModel = {
    ...(metadata && { metadata }),
    graph: {
      name: 'classifier',
      inputs: [value('image', element, dims[layout])],
      outputs: [value('scores', 'float32', [batch, classes])],
      nodes: [
        node('Cast', ['image'], 'numbers', { to: { int: 1 } }),
        node('Flatten', ['numbers'], 'row'),
        node('Gemm', ['row', 'weight', 'bias'], end === 'none' ? 'scores' : 'logits'),
        ...(end === 'none' ? [] : [node(end, ['logits'], 'scores')]),
      ],
      initializers: {
        weight: onnxTensor('float32', [weights.length / classes, classes], weights),
        bias: onnxTensor(
          'float32',
          [classes],
          Array.from({ length: classes }, (_, k) => bias(k)),
        ),
      },
    },
  };
  return serialiseModel(model);
}

/** Scores of an image, given as bytes with channels last. @param scaled what the classifier takes for a byte of a channel */
export function linearScores(
  { width, height, channels, classes }: LinearClassifier,
  image: Uint8Array,
  scaled: (byte: number, channel: number) => number,
): number[] {
  return Array.from({ length: classes }, (_, k) => {
    let sum = bias(k);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++)
          sum += weight(y, x, c, k) * scaled(image[(y * width + x) * channels + c]!, c);
    return sum;
  });
}

/** softmax(x)_k = exp(x_k) / sum_j exp(x_j) */
export function softmax(scores: readonly number[]): number[] {
  const exps = scores.map((score) => Math.exp(score - Math.max(...scores)));
  const sum = exps.reduce((a, b) => a + b);
  return exps.map((each) => each / sum);
}

/** Probabilities of an image by a classifier that takes pixels from 0 to 1. */
export const linearProbabilities = (of: LinearClassifier, image: Uint8Array): number[] =>
  softmax(linearScores(of, image, (byte) => byte / 255));
