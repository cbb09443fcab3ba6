import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportDecoder, exportEncoder } from '../../src/engine/onnx/exported';
import { FORMAT_VERSIONS, OPERATOR_SET } from '../../src/engine/onnx/model';
import { nativeRuntime } from '../../src/engine/onnx/native-runtime';
import { onnxFiles } from '../../src/export/onnx';
import { openTrainedRun } from '../../src/export/trained-run';
import { useFolder } from '../host/support';
import { cpuEngine } from '../support/engines';
import { hasPackages, runPython } from '../support/python';
import { MODELS, parametersOf, trainedRun, wave, writeExported } from './support';

const folder = useFolder();

/** Single precision; sums of at most a few hundred terms of order 1. */
function expectClose(got: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(got).toHaveLength(expected.length);
  Array.from(expected).forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(1e-4));
}

describe.each(MODELS)('%s', (_, model) => {
  test('the files compute what the reference does, at any batch size and in any operator set', async () => {
    const parameters = parametersOf(model);
    const session = await (await cpuEngine()).open(model, null, new Uint8Array(0));
    await session.load({ step: 0, parameters, slots: {} });
    for (const operatorSet of [OPERATOR_SET, 13, 23]) {
      const options = { operatorSet };
      const encoder = await nativeRuntime(1).open(exportEncoder(model, parameters, options));
      const decoder = await nativeRuntime(1).open(exportDecoder(model, parameters, options));
      expect([encoder.inputs, encoder.outputs]).toEqual([['x'], ['mean', 'logVariance']]);
      expect(decoder.inputs).toEqual(['z']);
      expect(decoder.outputs.at(-1)).toBe('mean');
      for (const count of [1, 4]) {
        const bytes = Uint8Array.from({ length: count * model.inputSize }, (__, i) => (37 * i) % 256);
        const x = Float32Array.from(bytes, (byte) => byte / 255);
        const dims = [count, model.inputSize];
        const posterior = await encoder.run({ x: { type: 'float32', dims, data: x } });
        const expected = await session.encode(bytes, count);
        expectClose(posterior['mean']!.data as Float32Array, expected.mean);
        expectClose(posterior['logVariance']!.data as Float32Array, expected.logVariance);
        const z = wave(count * model.latent, 9);
        const pictures = await decoder.run({ z: { type: 'float32', dims: [count, model.latent], data: z } });
        expectClose(pictures['mean']!.data as Float32Array, await session.decode(z, count));
      }
      encoder.dispose();
      decoder.dispose();
    }
    session.dispose();
  });
});

test('a file holds its own half of the weights, under the names of the parameters', async () => {
  const [, model] = MODELS[0]!;
  await writeExported(folder.path(), onnxFiles(trainedRun(model)));
  const [encoder, decoder] = await Promise.all(
    ['encoder.onnx', 'decoder.onnx'].map((name) => readFile(join(folder.path(), name), 'latin1')),
  );
  for (const name of Object.keys(parametersOf(model))) {
    expect(encoder!.includes(name), `${name} in encoder.onnx`).toBe(name.startsWith('encoder.'));
    expect(decoder!.includes(name), `${name} in decoder.onnx`).toBe(name.startsWith('decoder.'));
  }
});

test('a folder that is no run is refused', async () => {
  await expect(openTrainedRun(folder.path())).rejects.toThrow(/run/);
});

test('an unknown operator set is refused', () => {
  const [, model] = MODELS[0]!;
  expect(() => onnxFiles(trainedRun(model), 12)).toThrow('operator set: got 12, expected one of 13, 14');
});

test.skipIf(!hasPackages('onnx', 'onnxruntime', 'numpy'))(
  'Python’s checker and runtime open the files in every operator set, without a warning',
  async () => {
    const expected: Record<string, number[]> = {};
    for (const [number, [, model]] of MODELS.entries()) {
      const run = trainedRun(model, { name: 'a "run"\n' });
      for (const operatorSet of Object.keys(FORMAT_VERSIONS).map(Number))
        await writeExported(join(folder.path(), `${number}-${operatorSet}`), onnxFiles(run, operatorSet));
      const session = await (await cpuEngine()).open(model, null, new Uint8Array(0));
      await session.load({ step: 0, parameters: run.parameters, slots: {} });
      expected[number] = [...(await session.decode(Float32Array.of(0.1, -0.2, 0.3, 0.1, -0.2, 0.3), 2))];
      session.dispose();
    }
    // What the runtime warns of goes to standard error.
    const script = `
import glob, json, os, sys
os.dup2(1, 2)
import numpy, onnx, onnxruntime
options = onnxruntime.SessionOptions()
options.log_severity_level = 2
versions = {row[2]: row[1] for row in onnx.helper.VERSION_TABLE}
z = numpy.array([[0.1, -0.2, 0.3]] * 2, dtype=numpy.float32)
results = {}
for path in sorted(glob.glob('*/*.onnx')):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    number, opset = (int(part) for part in os.path.dirname(path).split('-'))
    assert model.opset_import[0].version == opset
    assert model.ir_version == versions[opset], (opset, model.ir_version, versions[opset])
    assert {p.key: p.value for p in model.metadata_props}['run'] == 'a "run"\\n'
    assert model.producer_version == 'test' and 'variational autoencoder' in model.doc_string
    assert all(value.doc_string for value in [*model.graph.input, *model.graph.output]), path
    session = onnxruntime.InferenceSession(path, options, providers=['CPUExecutionProvider'])
    if path.endswith('decoder.onnx'):
        results[f'{number}-{opset}'] = session.run(['mean'], {'z': z})[0].ravel().tolist()
print(json.dumps(results))
`;
    const printed = runPython(folder.path(), script);
    expect(printed.trim().split('\n')).toHaveLength(1);
    const results = JSON.parse(printed) as Record<string, number[]>;
    expect(Object.keys(results)).toHaveLength(MODELS.length * Object.keys(FORMAT_VERSIONS).length);
    for (const [name, mean] of Object.entries(results)) expectClose(mean, expected[name.split('-')[0]!]!);
  },
);
