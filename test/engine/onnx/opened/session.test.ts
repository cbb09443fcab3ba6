/** Models from PyTorch, against what ONNX Runtime computes with the same files in Python. */
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine, ModelFileEngine } from '../../../../src/engine/engine';
import { serialiseModel } from '../../../../src/engine/onnx/encode';
import { exportDecoder, exportEncoder } from '../../../../src/engine/onnx/exported';
import { onnxEngine } from '../../../../src/engine/onnx/engine';
import { onnxRuntimeFolder } from '../../../../src/engine/onnx/native-runtime';
import type { Answers } from '../../../../src/engine/onnx/opened/question';
import { OpenQuestion } from '../../../../src/engine/onnx/opened/question';
import { wasmEngine } from '../../../../src/engine/onnx/wasm-engine';
import { MODELS, parametersOf } from '../../../export/support';
import { node, value } from '../support';
import { imagesOf, modelFile, modelFiles, recorded } from './files';

/** What each model needs to be told. */
const ANSWERS: Readonly<Record<string, Answers>> = {
  plain: {},
  conv: {},
  map: { 'output-scale': 'signed' },
  last: {},
};

const engines = [
  { name: 'native', present: onnxRuntimeFolder() !== null, open: (): Promise<Engine> => onnxEngine(1) },
  { name: 'wasm', present: true, open: (): Promise<Engine> => wasmEngine(1) },
];

describe.each(engines)('ONNX Runtime, $name', ({ present, open }) => {
  let engine: Engine;
  let files: ModelFileEngine;
  beforeAll(async () => {
    if (!present) return;
    engine = await open();
    files = engine.files!;
  });

  test.skipIf(!present).each(Object.keys(ANSWERS))('%s encodes and decodes as in Python', async (name) => {
    const model = (await recorded())[name]!;
    const [height, width, channels] = model.shape;
    const both = await modelFiles(name);
    const { use } = await files.infer(both, ANSWERS[name]!);
    expect(use).toMatchObject({ width, height, channels });
    const session = await files.open({ ...both, use });
    const { mean, logVariance } = await session.encode(imagesOf(model), 2);
    // Single precision, sums of a few hundred terms of order 1.
    expectClose(mean, model.mean.flat(), 1e-5);
    if (model.logVariance) expectClose(logVariance, model.logVariance.flat(), 1e-4);
    else expect(logVariance.every((value) => value === -Infinity)).toBe(true);
    const decoded = await session.decode(Float32Array.from(model.mean.flat()), 2);
    expectClose(decoded, pixels(name, model.decoded, channels), 1e-5);
    session.dispose();
  });

  test.skipIf(!present)(
    'half precision is converted, at the input, at the output and in weights',
    async () => {
      const model = (await recorded())['half']!;
      const both = await modelFiles('half');
      const mixed = { ...both, decoder: await modelFile('mixed-decoder') };
      for (const files16 of [both, mixed]) {
        const { use, notes } = await files.infer(files16, {});
        // Constants of half precision tell the scales: a division by 255, and a clip to [0, 1].
        expect(use).toMatchObject({
          encoder: { element: 'float32', scale: 'bytes' },
          decoder: { scale: 'unit' },
        });
        expect(notes.join()).toContain('half precision (float16)');
        const session = await files.open({ ...files16, use });
        const { mean, logVariance } = await session.encode(imagesOf(model), 2);
        // Half precision has 11 bits: a few roundings of numbers of order 1.
        expectClose(mean, model.mean.flat(), 2e-3);
        expectClose(logVariance, model.logVariance!.flat(), 2e-3);
        const decoded = await session.decode(Float32Array.from(model.mean.flat()), 2);
        expectClose(decoded, pixels('half', model.decoded, 3), 2e-3);
        session.dispose();
      }
    },
  );

  test.skipIf(!present)(
    'how a model is used is told by its files, and asked for where they are silent',
    async () => {
      const { use: plain } = await files.infer(await modelFiles('plain'), {});
      expect(plain.encoder).toMatchObject({
        ...{ input: 'x', mean: 'mu', spread: { output: 'log_var', kind: 'log-variance' } },
        ...{ layout: 'flat', scale: 'unit', batch: null },
      });
      const { use: conv, notes } = await files.infer(await modelFiles('conv'), {});
      expect(conv.encoder).toMatchObject({ layout: 'nchw', scale: 'signed', batch: 1 });
      expect(notes.join()).toContain('one image at a time');
      const { use: last } = await files.infer(await modelFiles('last'), {});
      expect(last.encoder).toMatchObject({
        layout: 'nhwc',
        spread: { output: 'std', kind: 'standard-deviation' },
      });
      expect(last.decoder).toMatchObject({ layout: 'nhwc', scale: 'unit' });
      const asked = files.infer(await modelFiles('map'), {});
      await expect(asked).rejects.toThrow(OpenQuestion);
      await expect(asked).rejects.toMatchObject({
        key: 'output-scale',
        choices: ['unit', 'signed', 'bytes'],
      });
      const map = await files.infer(await modelFiles('map'), { 'output-scale': 'unit' });
      expect(map.use.decoder.point).toEqual([2, 4, 4]);
      expect(map.notes.join('\n')).toContain('latent map of 2 × 4 × 4 counts as a point of 32 dimensions');
      expect(map.notes.join('\n')).toContain('without a spread');
    },
  );

  test.skipIf(!present)(
    'halves of two models, and answers that fit no file, are refused with the choices',
    async () => {
      const plain = await modelFiles('plain');
      const { decoder } = await modelFiles('conv');
      await expect(files.infer({ ...plain, decoder }, {})).rejects.toThrow(
        'takes points of 5 numbers and the encoder gives 3',
      );
      await expect(files.infer(plain, { mean: 'nothing' })).rejects.toThrow("expected one of 'mu'");
      await expect(files.infer(plain, { size: '10x10x1' })).rejects.toThrow(
        'this is 100 numbers, expected 144',
      );
      const whole = serialiseModel({
        graph: {
          ...{ name: 'whole', nodes: [node('Identity', ['x'], 'mu')] },
          inputs: [value('x', 'int32', ['batch', 144])],
          outputs: [value('mu', 'int32', ['batch', 144])],
        },
      });
      await expect(files.infer({ ...plain, encoder: whole }, {})).rejects.toThrow(
        'element type 6 of ONNX, expected float32 (1) or float16 (10), or uint8 (2). Export the model in single precision',
      );
      await expect(files.infer({ ...plain, decoder: whole }, {})).rejects.toThrow(
        "the decoder's input 'x' has the element type 6 of ONNX, expected float32 (1) or float16 (10). Export",
      );
      await expect(files.infer(plain, { size: '1e9x1' })).rejects.toThrow('expected WIDTHxHEIGHT');
      await expect(files.infer(plain, { 'output-scale': 'x' })).rejects.toThrow("expected one of 'unit'");
    },
  );

  test.skipIf(!present)(
    'what this product exports opens without an answer, and computes the same',
    async () => {
      const [, model] = MODELS[0]!;
      const parameters = parametersOf(model);
      const metadata = { width: '6', height: '4', channels: '3', product: 'Latent Explorer' };
      const both = {
        encoder: exportEncoder(model, parameters, { metadata }),
        decoder: exportDecoder(model, parameters, { metadata }),
      };
      const { use } = await files.infer(both, {});
      expect(use).toMatchObject({
        width: 6,
        height: 4,
        channels: 3,
        encoder: { layout: 'flat', scale: 'unit' },
      });
      const opened = await files.open({ ...both, use });
      const own = await engine.open(model, null, null);
      await own.load({ step: 0, parameters, slots: {} });
      const bytes = Uint8Array.from({ length: 40 * model.inputSize }, (_, i) => (31 * i) % 256);
      const [got, expected] = [await opened.encode(bytes, 40), await own.encode(bytes, 40)];
      expectClose(got.mean, expected.mean, 1e-5);
      expectClose(got.logVariance, expected.logVariance, 1e-5);
      expectClose(await opened.decode(got.mean, 40), await own.decode(expected.mean, 40), 1e-5);
      for (const session of [opened, own]) session.dispose();
    },
  );

  test.skipIf(!present)('what needs the likelihood or the weights says why there is none', async () => {
    const both = await modelFiles('plain');
    const { use } = await files.infer(both, {});
    const session = await files.open({ ...both, use });
    const none = new Float32Array(0);
    await expect(session.evaluate(new Uint8Array(0), 0, none, 1)).rejects.toThrow('there is no bound');
    await expect(session.read()).rejects.toThrow('cannot be trained');
    session.dispose();
  });
});

/** What the recorded output of a decoder is as pixels in [0, 1] with channels last. */
function pixels(name: string, rows: readonly number[][], channels: number): number[] {
  if (!['conv', 'map', 'half'].includes(name)) return rows.flat();
  const [factor, offset] = name === 'half' ? [1, 0] : [0.5, 0.5];
  return rows.flatMap((row) => {
    const count = row.length / channels;
    return row.map((_, i) => {
      const value = factor * row[(i % channels) * count + Math.floor(i / channels)]! + offset;
      return Math.min(1, Math.max(0, value));
    });
  });
}

function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(got).toHaveLength(expected.length);
  const worst = Math.max(...Array.from(expected, (value, i) => Math.abs(got[i]! - value)));
  expect(worst).toBeLessThan(tolerance);
}
