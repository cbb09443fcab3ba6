/** What cannot be traced is refused with the place of the call, and tfjs is afterwards as it was before. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BACKEND } from '../../src/trace/record';
import { trace } from '../../src/trace/trace';
import type { Body } from './support';

const limit = Error.stackTraceLimit;
beforeEach(async () => {
  await tf.setBackend('cpu');
  // What Node has where nobody asks for more.
  Error.stackTraceLimit = 10;
});

afterEach(() => {
  Error.stackTraceLimit = limit;
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.engine().backendNames()).not.toContain(BACKEND);
  expect(tf.tidy(() => tf.add(1, 2).dataSync()[0])).toBe(3);
  expect(traced(({ x }) => ({ y: tf.neg(x!) })).outputs).toEqual([{ name: 'y', node: 1 }]);
});

const traced = (body: Body): ReturnType<typeof trace> => trace([{ name: 'x', shape: ['batch', 4] }], body);
const HERE = /record\.test\.ts:\d+:\d+/;

/** The message of the error that tracing ends with. */
function refusal(body: Body): string {
  try {
    traced(body);
  } catch (error) {
    expect((error as Error).name).toBe('TraceError');
    return (error as Error).message;
  }
  throw new Error('it was traced');
}

test.each<[kernel: string, (x: Tensor) => Tensor]>([
  ['FFT', (x) => tf.real(tf.fft(tf.complex(x, x)))],
  ['TopK', (x) => tf.topk(x).values],
  ['Cumsum', (x) => tf.cumsum(x, 1)],
  ['MaxPool', (x) => tf.maxPool(tf.reshape<tf.Rank.R4>(x, [-1, 2, 2, 1]), 2, 1, 'same')],
  ['ArgMax', (x) => tf.argMax(x, 1)],
])('a kernel without a rule: %s, or what it is made of', (kernel, f) => {
  const message = refusal(({ x }) => ({ y: f(x!) }));
  expect(message).toContain(kernel === 'FFT' ? 'Complex' : kernel);
  expect(message).toMatch(HERE);
});

test('a kernel without a rule in a gradient', () => {
  const table = tf.grad((t) => tf.sum(tf.gather(t, [0, 1])));
  const message = refusal(({ x }) => ({ y: table(x!) }));
  expect(message).toContain('UnsortedSegmentSum');
  expect(message).toMatch(HERE);
});

test.each<[what: string, (x: Tensor) => Tensor, RegExp]>([
  ['the values are read', (x) => tf.scalar(x.dataSync()[0]!), /look at the values/],
  ['shapes do not fit', (x) => tf.engine().runKernel('Add', { a: x, b: tf.ones([3]) }), /do not broadcast/],
  ['strings', () => tf.tensor1d(['a', 'b']), /string/],
  ['a fill of strings', () => tf.fill([2, 2], 'a'), /string/],
  ['complex numbers', (x) => tf.cast(x, 'complex64'), /complex64/],
  ['dilation', (x) => tf.conv2d(tf.reshape<tf.Rank.R4>(x, [-1, 2, 2, 1]), tf.ones([2, 2, 1, 1]), 1, 'same', 'NHWC', 2), /dilation/], // prettier-ignore
  ['gathering in batches', (x) => tf.gather(x, tf.zeros(x.shape, 'int32'), 1, 1), /batchDims/],
  ['an unknown fused activation', (x) => tf.fused.matMul({ a: x, b: tf.ones([4, 2]), activation: 'relu6' }), /relu6/], // prettier-ignore
])('%s', (_, f, why) => {
  const message = refusal(({ x }) => ({ y: f(x!) }));
  expect(message).toMatch(why);
  expect(message).toMatch(HERE);
});

test('a tensor from outside, as an operand, in a list, and as the result', () => {
  const outside = tf.ones([4]);
  for (const f of [
    (x: Tensor): Tensor => tf.add(x, outside),
    (x: Tensor): Tensor => tf.stack([tf.sum(x, 0), outside]),
  ]) {
    const message = refusal(({ x }) => ({ y: f(x!) }));
    expect(message).toContain('a tensor from outside');
    expect(message).toMatch(HERE);
  }
  expect(refusal(() => ({ y: outside }))).toContain('a tensor from outside');
  expect(outside.dataSync()).toEqual(new Float32Array(4).fill(1));
  outside.dispose();
});

test('a tensor used after its function', () => {
  let escaped: Tensor | undefined;
  traced(({ x }) => ({ y: (escaped = tf.keep(tf.neg(x!))) }));
  expect(() => escaped!.dataSync()).toThrow();
});

test('a size that grows with the square of the batch size', () => {
  const message = refusal(({ x }) => ({
    y: tf.reshape(tf.matMul(x as Tensor2D, x as Tensor2D, false, true), [-1]),
  }));
  expect(message).toMatch(/Reshape.*got 49, 121, 256 at batch sizes 7, 11, 16/);
  expect(refusal(({ x }) => ({ y: tf.mul(x!, 1 / x!.shape[0]) }))).toMatch(/Fill.*expected a multiple/);
});

test.each<[what: string, (x: Tensor, batch: number) => Tensor, RegExp]>([
  ['one operation or another', (x, batch) => (batch > 10 ? tf.exp(x) : tf.neg(x)), /Neg.*other operations/],
  [
    'more operations',
    (x, batch) => (batch > 10 ? tf.exp(tf.neg(x)) : tf.neg(x)),
    /other tensors|more operations/,
  ],
  ['a loop over the rows', (x) => tf.stack(tf.unstack(x)), /other operations/],
  // Its gradient in tfjs is a sum of as many slices.
  ['a gradient of tile', (x, batch) => tf.grad((t) => tf.tile(t, [batch, 1]))(tf.sum(x, 0, true)), /more operations/], // prettier-ignore
  [
    'an even number of rows',
    (x, batch) => tf.slice(x, [0, 0], [2 * Math.floor(batch / 2), 4]),
    /Slice.*expected/,
  ],
  ['a constant', (x, batch) => tf.add(x, tf.tensor1d([1, 2, 3, batch])), /a constant depends/],
  ['random numbers', (x) => tf.add(x, tf.randomNormal([4])), /a constant depends/],
  ['its rank', (x, batch) => tf.reshape(x, batch > 10 ? [-1, 4] : [-1, 2, 2]), /its rank depends/],
  ['a flag', (x, batch) => tf.sum(x, 1, batch > 10), /depends/],
  ['the value of padding', (x, batch) => tf.pad(x, [[0, 0], [1, 1]], batch), /PadV2.*its value depends/], // prettier-ignore
  ['a slope', (x, batch) => tf.leakyRelu(x, batch), /Step.*its alpha depends/],
  ['NaN at one size', (x, batch) => tf.add(x, batch > 10 ? 1 : NaN), /Fill.*expected/],
])('the function depends on the batch size: %s', (_, f, why) => {
  expect(refusal(({ x }) => ({ y: f(x!, x!.shape[0]) }))).toMatch(why);
});

test('the returned tensors depend on the batch size', () => {
  const message = refusal(({ x }) => {
    const [a, b] = [tf.exp(x!), tf.neg(x!)];
    return { y: x!.shape[0] > 10 ? a : b };
  });
  expect(message).toContain('returns other tensors');
});

test('a trace in a trace', () => {
  const message = refusal(({ x }) => {
    traced((inner) => ({ y: tf.exp(inner['x']!) }));
    return { y: x! };
  });
  expect(message).toBe('a traced function cannot trace another one');
});

test('an error of the function itself comes out as it is', () => {
  const mine = new RangeError('mine');
  const body = (): never => {
    throw mine;
  };
  expect(() => traced(body)).toThrow(mine);
});

test('an input without numbers', () => {
  expect(() => trace([{ name: 'x', shape: [0, 2] }], ({ x }) => ({ x: x! }))).toThrow(
    /input x: got \[0, 2\]/,
  );
});

test('no tensor is left over: of a gradient, of a kept one, of a variable one disposes, of a tidy', () => {
  const body: Body = ({ x }) => {
    const { value, grad } = tf.valueAndGrad((t) => tf.sum(tf.softmax(t)))(x!);
    const kept = tf.keep(tf.exp(x!));
    return { value, grad, kept, x: x!, tidy: tf.tidy(() => tf.sum(tf.exp(kept))) };
  };
  traced(body);
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  traced(body);
  refusal(({ x }) => ({ y: tf.topk(tf.exp(x!)).values }));
  expect(tf.memory()).toMatchObject({ numTensors, numDataBuffers, numBytes });
});

test('without a backend before, none is set after', () => {
  const engine = tf.engine() as unknown as Record<'backendName' | 'backendInstance', unknown>;
  const { backendName, backendInstance } = engine;
  Object.assign(engine, { backendName: undefined, backendInstance: null });
  try {
    traced(({ x }) => ({ y: tf.exp(x!) }));
    expect(tf.getBackend()).not.toBe(BACKEND);
    // tfjs chooses the best there is, as if nothing had been traced.
    expect(tf.tidy(() => tf.add(1, 2).dataSync()[0])).toBe(3);
  } finally {
    Object.assign(engine, { backendName, backendInstance });
  }
});
