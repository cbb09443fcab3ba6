import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportDecoder, exportEncoder } from '../../src/engine/onnx/exported';
import { nativeRuntime } from '../../src/engine/onnx/native-runtime';
import { exportOnnx } from '../../src/export/onnx';
import { parameterShapes } from '../../src/vae/parameters';
import type { VaeConfig } from '../../src/vae/config';
import { cpuEngine } from '../support/engines';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vae-export-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const perceptron: VaeConfig = {
  inputSize: 12,
  convolution: null,
  encoderHidden: [7],
  decoderHidden: [5],
  latent: 3,
  activation: 'tanh',
  likelihood: 'bernoulli',
};
const convolutional: VaeConfig = {
  ...perceptron,
  inputSize: 16 * 16 * 3,
  convolution: { width: 16, height: 16, channels: 3, filters: [2, 3], kernel: 4 },
  activation: 'relu',
};

/** Numbers of order 1 that repeat nowhere. */
const wave = (count: number, phase: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(1.7 * i + phase) / 2);

const parametersOf = (model: VaeConfig): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(parameterShapes(model)).map(([name, shape], i) => [
      name,
      wave(
        shape.reduce((a, b) => a * b, 1),
        i,
      ),
    ]),
  );

/** Single precision; sums of at most a few hundred terms of order 1. */
function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(got).toHaveLength(expected.length);
  Array.from(expected).forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(1e-4));
}

test.each([
  ['a perceptron', perceptron],
  ['a convolutional model', convolutional],
])('the files of %s compute what the reference does, at any batch size', async (_, model) => {
  const parameters = parametersOf(model);
  const session = await (await cpuEngine()).open(model, null, new Uint8Array(0));
  await session.load({ step: 0, parameters, slots: {} });
  const runtime = nativeRuntime(1);
  const encoder = await runtime.open(exportEncoder(model, parameters, {}));
  const decoder = await runtime.open(exportDecoder(model, parameters, {}));
  expect([encoder.inputs, encoder.outputs]).toEqual([['x'], ['mean', 'logVariance']]);
  expect([decoder.inputs, decoder.outputs]).toEqual([['z'], ['logits', 'mean']]);
  for (const count of [1, 4]) {
    const bytes = Uint8Array.from({ length: count * model.inputSize }, (__, i) => (37 * i) % 256);
    const x = Float32Array.from(bytes, (byte) => byte / 255);
    const posterior = await encoder.run({ x: { type: 'float32', dims: [count, model.inputSize], data: x } });
    const expected = await session.encode(bytes, count);
    expectClose(posterior['mean']!.data as Float32Array, expected.mean);
    expectClose(posterior['logVariance']!.data as Float32Array, expected.logVariance);
    const z = wave(count * model.latent, 9);
    const pictures = await decoder.run({ z: { type: 'float32', dims: [count, model.latent], data: z } });
    expectClose(pictures['mean']!.data as Float32Array, await session.decode(z, count));
  }
  encoder.dispose();
  decoder.dispose();
  session.dispose();
});

test('a folder that is no run is refused', async () => {
  await expect(exportOnnx(folder, join(folder, 'out'))).rejects.toThrow(/run/);
});

/** A Python that has ONNX's own checker and runtime; the folder named by VAE_PYTHON, else whatever `python3` is. */
const python = process.env['VAE_PYTHON'] ?? 'python3';
const hasOnnx = ((): boolean => {
  try {
    execFileSync(python, ['-c', 'import onnx, onnxruntime, numpy'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!hasOnnx)('Python’s checker and runtime open the files', async () => {
  const parameters = parametersOf(convolutional);
  await writeFile(join(folder, 'encoder.onnx'), exportEncoder(convolutional, parameters, { run: 'a run' }));
  await writeFile(join(folder, 'decoder.onnx'), exportDecoder(convolutional, parameters, { run: 'a run' }));
  const script = `
import sys, json, numpy, onnx, onnxruntime
folder = sys.argv[1]
for name in ('encoder', 'decoder'):
    model = onnx.load(f'{folder}/{name}.onnx')
    onnx.checker.check_model(model, full_check=True)
    assert {p.key: p.value for p in model.metadata_props} == {'run': 'a run'}
session = onnxruntime.InferenceSession(f'{folder}/decoder.onnx', providers=['CPUExecutionProvider'])
z = numpy.array([[0.1, -0.2, 0.3]] * 2, dtype=numpy.float32)
open(f'{folder}/out.json', 'w').write(json.dumps(session.run(['mean'], {'z': z})[0].ravel().tolist()))
`;
  execFileSync(python, ['-c', script, folder]);
  const got = JSON.parse(await readFile(join(folder, 'out.json'), 'utf8')) as number[];
  const session = await (await cpuEngine()).open(convolutional, null, new Uint8Array(0));
  await session.load({ step: 0, parameters, slots: {} });
  expectClose(got, await session.decode(Float32Array.of(0.1, -0.2, 0.3, 0.1, -0.2, 0.3), 2));
  session.dispose();
});
