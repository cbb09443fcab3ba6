/** Encoders with one output that holds the mean and then the spread, on files of our own writing. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { ModelFileEngine } from '../../../../src/engine/engine';
import { serialiseModel } from '../../../../src/engine/onnx/encode';
import { pointReadings, unpack } from '../../../../src/engine/onnx/opened/packed';
import type { Answers } from '../../../../src/engine/onnx/opened/question';
import { onnxTensor } from '../../../../src/engine/onnx/tensor';
import { wasmEngine } from '../../../../src/engine/onnx/wasm-engine';
import { node, value } from '../support';

let files: ModelFileEngine;
beforeAll(async () => {
  files = (await wasmEngine(1)).files!;
});

/** Images of 4 x 4 grey pixels, as rows. */
const PIXELS = 16;
const images = Uint8Array.from({ length: 2 * PIXELS }, (_, i) => (i * 7919) % 251);

const weight = (from: number, to: number): number => 0.1 * Math.sin(1 + 3 * from + 7 * to);
const matrix = (rows: number, columns: number) =>
  onnxTensor(
    'float32',
    [rows, columns],
    Array.from({ length: rows * columns }, (_, i) => weight(Math.floor(i / columns), i % columns)),
  );
const product = (dims: readonly (number | string)[]): number =>
  dims.reduce<number>((size, side) => size * Number(side), 1);

/** Number k of an image is exp(sum_i w(i, k) x_i), so that all are positive. */
function encoder(dims: readonly number[], output = 'moments', more: readonly string[] = []): Uint8Array {
  return serialiseModel({
    graph: {
      name: 'encoder',
      inputs: [value('image', 'float32', ['batch', PIXELS])],
      outputs: [output, ...more].map((name) => value(name, 'float32', ['batch', ...dims])),
      nodes: [
        node('Gemm', ['image', 'weight'], 'sums'),
        node('Exp', ['sums'], 'row'),
        node('Reshape', ['row', 'shape'], output),
        ...more.map((name) => node('Sigmoid', [output], name)),
      ],
      initializers: {
        weight: matrix(PIXELS, product(dims)),
        shape: onnxTensor('int64', [dims.length + 1], [-1, ...dims]),
      },
    },
  });
}
function numbersOf(count: number): number[][] {
  return [0, 1].map((image) =>
    Array.from({ length: count }, (_, k) => {
      let sum = 0;
      for (let i = 0; i < PIXELS; i++) sum += weight(i, k) * (images[image * PIXELS + i]! / 255);
      return Math.exp(sum);
    }),
  );
}

/** @param said sizes of a point in the file, texts for any @param latent numbers of a point that it computes with */
function decoder(
  said: readonly (number | string)[],
  latent: number,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  return serialiseModel({
    metadata,
    graph: {
      name: 'decoder',
      inputs: [value('z', 'float32', ['batch', ...said])],
      outputs: [value('image', 'float32', ['batch', PIXELS])],
      nodes: [
        node('Flatten', ['z'], 'row'),
        node('Gemm', ['row', 'weight'], 'sums'),
        node('Sigmoid', ['sums'], 'image'),
      ],
      initializers: { weight: matrix(latent, PIXELS) },
    },
  });
}

const halves = {
  first: (row: number[]): [number[], number[]] => [row.slice(0, row.length / 2), row.slice(row.length / 2)],
  /** Of rows of four. */
  last: (row: number[]): [number[], number[]] => [
    row.filter((_, i) => i % 4 < 2),
    row.filter((_, i) => i % 4 >= 2),
  ],
  /** Of rows of two. */
  pairs: (row: number[]): [number[], number[]] => [
    row.filter((_, i) => i % 2 === 0),
    row.filter((_, i) => i % 2 === 1),
  ],
};

async function expectPosterior(
  both: { readonly encoder: Uint8Array; readonly decoder: Uint8Array },
  answers: Answers,
  part: (row: number[]) => [mean: number[], spread: number[]],
  toLog = (spread: number): number => spread,
): Promise<string> {
  const { use, notes } = await files.infer(both, answers);
  const session = await files.open({ ...both, use });
  try {
    const { mean, logVariance } = await session.encode(images, 2);
    const parts = numbersOf(mean.length).map(part);
    const expected = (half: 0 | 1): number[] => parts.flatMap((each) => each[half]);
    // Single precision, sums of 16 terms below 0.1.
    expected(0).forEach((number, i) => expect(mean[i]).toBeCloseTo(number, 5));
    expected(1).forEach((number, i) => expect(logVariance[i]).toBeCloseTo(toLog(number), 5));
    const decoded = await session.decode(mean, 2);
    expect(decoded).toHaveLength(2 * PIXELS);
    const latent = mean.length / 2;
    let sum = 0;
    for (let i = 0; i < latent; i++) sum += weight(i, 0) * parts[0]![0][i]!;
    expect(decoded[0]).toBeCloseTo(1 / (1 + Math.exp(-sum)), 5);
  } finally {
    session.dispose();
  }
  return notes.join('\n');
}

describe('an output with the mean and then the log-variance is read as such', () => {
  test.each([
    ['a row, by the size that the decoder says', [6], [3], 3, 'first'],
    ['a row, by what the decoder runs with', [6], ['any'], 3, 'first'],
    ['a map with channels first', [4, 2, 2], [2, 2, 2], 8, 'first'],
    ['a map with channels first, of any sides', [4, 2, 2], [2, 'h', 'w'], 8, 'first'],
    ['a map with channels last', [2, 2, 4], [2, 2, 2], 8, 'last'],
    ['a map that the decoder takes as a row, with one axis of halves', [4, 3, 1], [6], 6, 'first'],
  ] as const)('%s', async (_, dims, said, latent, part) => {
    const both = { encoder: encoder(dims), decoder: decoder(said, latent) };
    const notes = await expectPosterior(both, {}, halves[part]);
    expect(notes).toContain(`'moments' gives ${2 * latent} numbers for an image`);
    expect(notes).toContain('for the log-variance');
  });

  test('whatever it is called, and as a standard deviation where that is said', async () => {
    const half = decoder([3], 3);
    await expectPosterior({ encoder: encoder([6], 'mean_logvar'), decoder: half }, {}, halves.first);
    const both = { encoder: encoder([6]), decoder: half };
    const notes = await expectPosterior(
      both,
      { 'standard-deviation': 'moments' },
      halves.first,
      (deviation) => Math.log(deviation ** 2),
    );
    expect(notes).toContain('for the standard deviation');
  });

  test('beside other outputs, where the user says so', async () => {
    const both = { encoder: encoder([6], 'moments', ['logvar']), decoder: decoder([3], 3) };
    await expectPosterior(both, { mean: 'moments', packed: 'last' }, halves.first);
    await expectPosterior(both, { mean: 'moments', 'log-variance': 'moments' }, halves.first);
  });

  test.each(['first', 'last'] as const)('on the %s axis, once the user says which of two', async (packed) => {
    for (const said of [[8], ['c', 'h', 'w']] as const) {
      const both = { encoder: encoder([4, 2, 2]), decoder: decoder(said, 8) };
      await expect(files.infer(both, {})).rejects.toMatchObject({
        key: 'packed',
        choices: ['first', 'last'],
      });
      await expectPosterior(both, { packed }, packed === 'first' ? halves.first : halves.pairs);
    }
  });
});

describe('an output that is not packed', () => {
  test.each([
    ['says so by the decoder', [16]],
    ['is what the decoder runs with', ['any']],
  ] as const)('%s', async (_, said) => {
    const map = { encoder: encoder([4, 4]), decoder: decoder(said, 16) };
    const row = { encoder: encoder([16]), decoder: decoder(said, 16) };
    for (const both of said[0] === 16 ? [map, row] : [row]) {
      const { use, notes } = await files.infer(both, {});
      expect(use.encoder.spread).toBeNull();
      expect(notes.join()).toContain('without a spread');
    }
  });

  test('and that the decoder does not take is refused', async () => {
    const both = { encoder: encoder([6]), decoder: decoder([4], 4) };
    await expect(files.infer(both, {})).rejects.toThrow(
      'takes points of 4 numbers and the encoder gives 6 or 3: they do not belong together',
    );
    const large = { encoder: encoder([8194]), decoder: decoder(['any'], 4097) };
    await expect(files.infer(large, {})).rejects.toThrow('expected 1 to 4096 in all');
    const odd = { encoder: encoder([3]), decoder: decoder([3], 3) };
    await expect(files.infer(odd, { packed: 'first' })).rejects.toThrow(
      "the first axis of the encoder's output 'moments' (3) has no halves",
    );
    await expect(files.infer(odd, { packed: 'middle' })).rejects.toThrow("expected one of 'first', 'last'");
  });
});

describe('files in the wrong order are told of', () => {
  const decoderOf = (latent: number, size = ''): Uint8Array => {
    const [width, height, channels] = size.split('x') as [string, string, string];
    return decoder([latent], latent, size === '' ? {} : { width, height, channels });
  };

  test('by a row that is too short for an image', async () => {
    const swapped = { encoder: decoderOf(4), decoder: encoder([4]) };
    await expect(files.infer(swapped, {})).rejects.toThrow(
      'takes rows of 4 numbers, expected at least 16, the pixels of the smallest image. If it is the decoder, name the encoder first.',
    );
  });

  test('by a row that is the length of no square image', async () => {
    const few = { encoder: decoderOf(8), decoder: encoder([8]) };
    await expect(files.infer(few, {})).rejects.toThrow('takes rows of 8 numbers, expected at least 16');
    const more = { encoder: decoderOf(20), decoder: encoder([20]) };
    await expect(files.infer(more, {})).rejects.toThrow(
      'leaves the image size open: name it as WIDTHxHEIGHTxCHANNELS, such as 28x28x1. If it is the decoder, name the encoder first.',
    );
  });

  test('by what their metadata says of images', async () => {
    const swapped = { encoder: decoderOf(25, '4x4x1'), decoder: encoder([25]) };
    await expect(files.infer(swapped, {})).rejects.toThrow(
      'takes rows of 25 numbers, but its file says that it is about images of 4 × 4 × 1, which are 16. If it is the decoder, name the encoder first.',
    );
  });

  test('in a note, by a point with more numbers than an image: some models are so', async () => {
    const both = { encoder: encoder([25]), decoder: decoderOf(25) };
    expect((await files.infer(both, {})).notes.join('\n')).toContain(
      'a point has more numbers (25) than an image of 4 × 4 × 1 (16): if the first file is the decoder, name the encoder first',
    );
    const fewer = { encoder: encoder([4]), decoder: decoderOf(4) };
    expect((await files.infer(fewer, {})).notes.join('\n')).not.toContain('more numbers');
  });
});

test('halves lie in blocks: of the whole for the first axis, of each row for the last', () => {
  expect(pointReadings([4, 3, 2])).toEqual([
    { point: [4, 3, 2], packed: null, block: 24 },
    { point: [2, 3, 2], packed: 'first', block: 12 },
    { point: [4, 3, 1], packed: 'last', block: 1 },
  ]);
  expect(pointReadings([5])).toEqual([{ point: [5], packed: null, block: 5 }]);
  const values = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  expect(unpack(values, 2)).toEqual([Float32Array.of(1, 2, 5, 6), Float32Array.of(3, 4, 7, 8)]);
  expect(() => unpack(values, 3)).toThrow('expected blocks of 3');
});
