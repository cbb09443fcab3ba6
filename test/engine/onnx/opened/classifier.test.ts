import { beforeAll, describe, expect, test } from 'vitest';
import type { ModelFileEngine } from '../../../../src/engine/engine';
import { serialiseModel } from '../../../../src/engine/onnx/encode';
import { onnxEngine } from '../../../../src/engine/onnx/engine';
import { onnxRuntimeFolder } from '../../../../src/engine/onnx/native-runtime';
import { probabilitiesOf } from '../../../../src/engine/onnx/opened/classifier-use';
import { OpenQuestion } from '../../../../src/engine/onnx/opened/question';
import type { Answers } from '../../../../src/engine/onnx/opened/question';
import { onnxTensor } from '../../../../src/engine/onnx/tensor';
import { wasmEngine } from '../../../../src/engine/onnx/wasm-engine';
import { linearClassifier, linearScores, softmax } from '../../../support/classifier';
import type { LinearClassifier } from '../../../support/classifier';
import { node, value } from '../support';

let files: ModelFileEngine;
beforeAll(async () => {
  const engine = await (onnxRuntimeFolder() === null ? wasmEngine(1) : onnxEngine(1));
  files = engine.files!;
});

const GREY = { width: 4, height: 5, channels: 1, classes: 3 } as const;
const COLOUR = { width: 5, height: 4, channels: 3, classes: 4 } as const;
const bytesFor = ({ width, height, channels }: LinearClassifier, count: number): Uint8Array =>
  Uint8Array.from({ length: count * width * height * channels }, (_, i) => (i * 7919) % 256);

async function classify(of: LinearClassifier, answers: Answers, count = 5): Promise<number[][]> {
  const file = linearClassifier(of);
  const { use } = await files.inferClassifier(file, answers);
  expect(use).toMatchObject({ width: of.width, height: of.height, channels: of.channels });
  const opened = await files.openClassifier(file, use);
  const values = await opened.classify(bytesFor(of, count), count);
  opened.dispose();
  const classes = values.length / count;
  return Array.from({ length: count }, (_, i) => [...values.subarray(i * classes, (i + 1) * classes)]);
}

function scores(
  of: LinearClassifier,
  scaled: (byte: number, channel: number) => number,
  count = 5,
): number[][] {
  const all = bytesFor(of, count);
  const size = all.length / count;
  return Array.from({ length: count }, (_, i) =>
    linearScores(of, all.subarray(i * size, (i + 1) * size), scaled),
  );
}

function expectClose(got: readonly number[][], expected: readonly number[][]): void {
  expect(got.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  // Single precision, sums of 60 terms of order 1.
  expected.flat().forEach((number, i) => expect(got.flat()[i]).toBeCloseTo(number, 4));
}

const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];
const SCALES: Readonly<Record<string, (byte: number, channel: number) => number>> = {
  unit: (byte) => byte / 255,
  signed: (byte) => (2 * byte) / 255 - 1,
  imagenet: (byte, channel) => (byte / 255 - MEAN[channel]!) / DEVIATION[channel]!,
};

describe('probabilities of classes', () => {
  test.each(Object.keys(SCALES))('of colour images, channels first, pixels %s', async (scale) => {
    const expected = scores(COLOUR, SCALES[scale]!).map(softmax);
    expectClose(await classify(COLOUR, { 'input-scale': scale }), expected);
  });

  test.each(['nhwc', 'flat'] as const)('of grey images as %s', async (layout) => {
    const of = { ...GREY, layout, classes: 3 };
    const answers = layout === 'flat' ? { size: '4x5x1' } : {};
    expectClose(
      await classify(of, { ...answers, 'input-scale': 'unit' }),
      scores(of, SCALES['unit']!).map(softmax),
    );
  });

  test('of bytes, which need no answer, and of calls of two images', async () => {
    const of = { ...GREY, element: 'uint8', batch: 2 } as const;
    expectClose(await classify(of, {}), scores(of, (byte) => byte).map(softmax));
  });

  test('as a softmax, its logarithm or a logistic function give them', async () => {
    const own = scores(GREY, SCALES['unit']!);
    const unit = { 'input-scale': 'unit' };
    for (const end of ['Softmax', 'LogSoftmax'] as const)
      expectClose(await classify({ ...GREY, end }, unit), own.map(softmax));
    const logistic = own.map((row) => row.map((score) => 1 / (1 + Math.exp(-score))));
    expectClose(await classify({ ...GREY, end: 'Sigmoid' }, unit), logistic);
  });

  test('of a single number are those of two classes', async () => {
    const of = { ...GREY, classes: 1 };
    const expected = scores(of, SCALES['unit']!).map(([score]) => {
      const p = 1 / (1 + Math.exp(-score!));
      return [1 - p, p];
    });
    expectClose(await classify(of, { 'input-scale': 'unit' }), expected);
    expectClose(await classify({ ...of, end: 'Sigmoid' }, { 'input-scale': 'unit' }), expected);
  });

  test('of logits that are far apart are numbers', () => {
    const values = probabilitiesOf(Float32Array.of(1000, 0, -1000), { values: 'logits', numbers: 3 });
    expect([...values]).toEqual([1, 0, 0]);
  });
});

describe('what a file leaves open', () => {
  const asks = (of: LinearClassifier, answers: Answers) =>
    files.inferClassifier(linearClassifier(of), answers);

  test('is asked for: the scale of pixels, the size of images', async () => {
    const scale = asks(COLOUR, {});
    await expect(scale).rejects.toThrow(OpenQuestion);
    await expect(scale).rejects.toMatchObject({
      ...{ key: 'input-scale', choices: ['unit', 'signed', 'imagenet', 'bytes'] },
    });
    await expect(asks(GREY, {})).rejects.toMatchObject({ choices: ['unit', 'signed', 'bytes'] });
    const open = { ...COLOUR, anySize: true };
    await expect(asks(open, { 'input-scale': 'unit' })).rejects.toMatchObject({ key: 'size', choices: null });
    const { use } = await asks(open, { 'input-scale': 'unit', size: '5x4' });
    expect(use).toMatchObject({ width: 5, height: 4, channels: 3, layout: 'nchw' });
    await expect(asks(COLOUR, { size: '6x4' })).rejects.toThrow('expected 5, as the classifier takes');
  });

  test('is told by the file: names of classes, and what the numbers are', async () => {
    const unit = { 'input-scale': 'unit' };
    const named = { ...GREY, metadata: { names: "{0: 'a', 1: \"b's\", 2: 'c'}" } };
    expect((await asks(named, unit)).names).toEqual(['a', "b's", 'c']);
    const few = await asks({ ...GREY, metadata: { classes: 'a, b' } }, unit);
    expect(few.names).toBeNull();
    expect(few.notes.join()).toContain('names 2 classes and gives 3');
    const { use, notes } = await asks(GREY, unit);
    expect(use.values).toBe('logits');
    expect(notes.join()).toContain('taken for logits');
    expect((await asks({ ...GREY, end: 'Softmax' }, unit)).notes).toEqual([]);
    expect((await asks(GREY, { ...unit, values: 'probabilities' })).use.values).toBe('probabilities');
    await expect(asks(GREY, { ...unit, values: 'x' })).rejects.toThrow("expected one of 'logits'");
  });
});

describe('a file that is no classifier', () => {
  const shape = ['batch', 3, 4, 4] as const;
  const picture = serialiseModel({
    graph: {
      name: 'picture',
      inputs: [value('x', 'float32', shape)],
      outputs: [value('y', 'float32', shape)],
      nodes: [node('Sigmoid', ['x'], 'y')],
    },
  });

  test('is refused: one that gives pictures, one without a graph', async () => {
    await expect(files.inferClassifier(picture, { 'input-scale': 'unit' })).rejects.toThrow(
      'gives 3 × 4 × 4 numbers for an image, expected one for each class',
    );
    const text = new TextEncoder().encode('not a model');
    await expect(files.inferClassifier(text, {})).rejects.toThrow('the classifier is refused');
  });

  test('or gives what is no probability, is told when it is used', async () => {
    const file = linearClassifier(COLOUR);
    const { use } = await files.inferClassifier(file, { 'input-scale': 'bytes', values: 'probabilities' });
    const opened = await files.openClassifier(file, use);
    await expect(opened.classify(bytesFor(COLOUR, 1), 1)).rejects.toThrow('hold');
    await expect(opened.classify(bytesFor(COLOUR, 1), 2)).rejects.toThrow('expected 2 images of 60');
    opened.dispose();
  });

  test('with several outputs: which one is asked for', async () => {
    const two = serialiseModel({
      graph: {
        name: 'two',
        inputs: [value('x', 'float32', shape)],
        outputs: [value('p', 'float32', ['batch', 48]), value('q', 'float32', ['batch', 48])],
        nodes: [node('Flatten', ['x'], 'f'), node('Mul', ['f', 'one'], 'p'), node('Softmax', ['f'], 'q')],
        initializers: { one: onnxTensor('float32', [], [1]) },
      },
    });
    const unit = { 'input-scale': 'unit' };
    await expect(files.inferClassifier(two, unit)).rejects.toMatchObject({
      key: 'output',
      choices: ['p', 'q'],
    });
    expect((await files.inferClassifier(two, { ...unit, output: 'q' })).use).toMatchObject({
      ...{ output: 'q', values: 'probabilities', numbers: 48 },
    });
  });
});
