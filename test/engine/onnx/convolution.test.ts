import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { beforeAll, describe, expect, test } from 'vitest';
import { serialiseModel } from '../../../src/engine/onnx/encode';
import { functionModel } from '../../../src/engine/onnx/function-model';
import { RandomStream } from '../../../src/random/stream';
import { trace } from '../../../src/trace/trace';
import { onnxRuntimes } from '../../support/onnx-runtimes';

beforeAll(() => tf.setBackend('cpu'));

const BATCH = 3;

interface Case {
  readonly image: readonly [height: number, width: number, channels: number];
  readonly filter: readonly [height: number, width: number];
  readonly outputs: number;
  readonly strides: readonly [number, number];
  readonly padding: 'same' | 'valid' | readonly [number, number, number, number];
}

/** Fewer and more outputs than a block has numbers: both ways of convolution.ts. */
const cases: readonly Case[] = [
  { image: [8, 8, 3], filter: [4, 4], outputs: 16, strides: [2, 2], padding: 'same' },
  { image: [8, 8, 3], filter: [4, 4], outputs: 5, strides: [2, 2], padding: 'same' },
  { image: [7, 10, 2], filter: [3, 3], outputs: 9, strides: [2, 2], padding: 'same' },
  { image: [7, 10, 2], filter: [3, 3], outputs: 4, strides: [2, 2], padding: 'same' },
  { image: [6, 7, 4], filter: [3, 2], outputs: 3, strides: [1, 1], padding: 'same' },
  { image: [6, 7, 2], filter: [3, 2], outputs: 6, strides: [1, 1], padding: 'valid' },
  { image: [11, 9, 2], filter: [5, 3], outputs: 7, strides: [3, 2], padding: 'valid' },
  { image: [11, 9, 2], filter: [5, 3], outputs: 20, strides: [3, 2], padding: [2, 0, 1, 3] },
  // Strides larger than the filter: some pixels are seen by no tap, the last rows and columns by no place.
  { image: [9, 10, 2], filter: [2, 2], outputs: 3, strides: [3, 4], padding: 'valid' },
  { image: [5, 5, 3], filter: [1, 1], outputs: 2, strides: [1, 1], padding: 'same' },
  { image: [5, 5, 3], filter: [1, 1], outputs: 8, strides: [2, 2], padding: 'valid' },
];

const name = ({ image, filter, outputs, strides, padding }: Case): string =>
  `image ${image.join('×')}, filter ${filter.join('×')} to ${outputs}, strides ${strides.join(', ')}, padding ${String(padding)}`;

function convolved({ strides, padding }: Case) {
  const explicit = (padded: readonly [number, number, number, number]) =>
    [
      [0, 0],
      [padded[0], padded[1]],
      [padded[2], padded[3]],
      [0, 0],
    ] as [[number, number], [number, number], [number, number], [number, number]];
  return (image: Tensor, filter: Tensor): Tensor =>
    tf.conv2d(
      image as Tensor4D,
      filter as Tensor4D,
      [...strides],
      typeof padding === 'string' ? padding : explicit(padding),
    );
}

describe.each(onnxRuntimes(1))('convolutions as matrix products, $name', ({ present, load }) => {
  test.skipIf(!present).each(cases.map((one) => [name(one), one] as const))('%s', async (_, one) => {
    const [height, width, channels] = one.image;
    const shape = [...one.filter, channels, one.outputs];
    const f = convolved(one);
    // The square makes the gradient depend on the result.
    const body = ({ image, filter }: Readonly<Record<string, Tensor>>) => {
      const [ofImage, ofFilter] = tf.grads((a: Tensor, b: Tensor) => tf.sum(tf.square(f(a, b))))([
        image!,
        filter!,
      ]);
      return { result: f(image!, filter!), ofImage: ofImage!, ofFilter: ofFilter! };
    };
    const inputs = [
      { name: 'image', shape: ['batch', height, width, channels] as const },
      { name: 'filter', shape },
    ];
    const runtime = await load();
    const session = await runtime.open(serialiseModel(functionModel('convolution', trace(inputs, body), {})));
    const random = new RandomStream(6, 'noise');
    const sizes = { image: [BATCH, height, width, channels], filter: shape };
    const feeds = Object.fromEntries(
      Object.entries(sizes).map(([input, dims], i) => {
        const data = random.normals(
          i,
          dims.reduce((a, b) => a * b),
        );
        return [input, { type: 'float32', dims, data } as const];
      }),
    );
    const got = await session.run(feeds);
    session.dispose();
    const expected = body(
      Object.fromEntries(
        Object.entries(feeds).map(([input, { data, dims }]) => [input, tf.tensor(data, dims)]),
      ),
    );
    for (const [output, tensor] of Object.entries(expected)) {
      const values = tensor.dataSync<'float32'>();
      const largest = values.reduce((limit, value) => Math.max(limit, Math.abs(value)), 1);
      expect(got[output]!.dims).toEqual(tensor.shape);
      (got[output]!.data as Float32Array).forEach((value, i) =>
        expect(Math.abs(value - values[i]!) / largest).toBeLessThan(1e-5),
      );
    }
  });
});
