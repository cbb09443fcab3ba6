import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serialiseModel } from '../../../src/engine/onnx/encode';
import type { OnnxModel } from '../../../src/engine/onnx/model';
import { onnxRuntimeFolder, openOnnxSession } from '../../../src/engine/onnx/runtime';
import { onnxTensor } from '../../../src/engine/onnx/tensor';
import { decay, node, value } from './support';

const folder = onnxRuntimeFolder();
const twoThreads = { threads: 2 };

describe.skipIf(folder === null)('ONNX Runtime', () => {
  const feeds = (steps: number) => ({
    steps: onnxTensor('int64', [], [steps]),
    w0: onnxTensor('float32', [2], [1, -2]),
    bytes: onnxTensor('uint8', [3, 2], [0, 1, 128, 129, 254, 255]),
    order: onnxTensor(
      'int64',
      [steps],
      Array.from({ length: steps }, (_, i) => (2 * i) % 3),
    ),
  });

  test('a Loop carries a state and scans, on bytes of the graph around it', () => {
    const session = openOnnxSession(serialiseModel(decay('images', 2)), twoThreads);
    expect(session.inputs).toEqual(['steps', 'w0', 'bytes', 'order']);
    expect(session.outputs).toEqual(['w1', 'trace', 'rows']);
    const { w1, trace, rows } = session.run(feeds(3));
    const after = (n: number, start: number): number => start * 0.9 ** n;
    // Single precision: a few units in the last place.
    const close = (value: number) => expect.closeTo(value, 6) as number;
    expect(w1).toMatchObject({ type: 'float32', dims: [2] });
    expect([...w1!.data]).toEqual([close(after(3, 1)), close(after(3, -2))]);
    expect(trace!.dims).toEqual([3, 2]);
    expect([...trace!.data]).toEqual([1, 2, 3].flatMap((n) => [close(after(n, 1)), close(after(n, -2))]));
    expect([...rows!.data]).toEqual([0, 1, 254, 255, 128, 129]);
    expect(session.run(feeds(5))['trace']!.dims).toEqual([5, 2]);
    session.dispose();
  });

  test('each type goes in and comes out as it is', () => {
    const tensors = {
      float32: onnxTensor('float32', [2], [0.5, -Infinity]),
      uint8: onnxTensor('uint8', [1, 2], [0, 255]),
      int32: onnxTensor('int32', [2], [-(2 ** 31), 2 ** 31 - 1]),
      int64: onnxTensor('int64', [2], [-1, 2 ** 40]),
      bool: onnxTensor('bool', [2, 1], [0, 1]),
    };
    const entries = Object.entries(tensors);
    const model: OnnxModel = {
      graph: {
        name: 'types',
        inputs: entries.map(([name, { type, dims }]) => value(`${name}In`, type, dims)),
        outputs: entries.flatMap(([name, { type, dims }]) => [
          value(`${name}Out`, type, dims),
          value(`${name}Same`, type, dims),
        ]),
        nodes: entries.flatMap(([name]) => [
          node('Identity', [`${name}In`], `${name}Out`),
          node('Identity', [`${name}Constant`], `${name}Same`),
        ]),
        initializers: Object.fromEntries(entries.map(([name, tensor]) => [`${name}Constant`, tensor])),
      },
    };
    const session = openOnnxSession(serialiseModel(model), twoThreads);
    const results = session.run(Object.fromEntries(entries.map(([name, tensor]) => [`${name}In`, tensor])));
    for (const [name, tensor] of entries) {
      expect(results[`${name}Out`]).toMatchObject({ ...tensor });
      expect(results[`${name}Same`]).toMatchObject({ ...tensor });
    }
    session.dispose();
  });

  test('attributes of each kind, and a dimension that is named', () => {
    const model: OnnxModel = {
      graph: {
        name: 'kinds',
        inputs: [value('x', 'float32', ['batch', 2])],
        outputs: [
          value('product', 'float32', ['batch', 2]),
          value('padded', 'float32', ['batch', 4]),
          value('floats', 'float32', [2]),
          value('ints', 'int64', [2]),
          value('tensor', 'bool', [2]),
        ],
        nodes: [
          node('Gemm', ['x', 'w'], 'product', { alpha: { float: 0.5 }, transB: { int: 1 } }),
          node('Pad', ['x', 'pads'], 'padded', { mode: { string: 'edge' } }),
          node('Constant', [], 'floats', { value_floats: { floats: [1.5, -2] } }),
          node('Constant', [], 'ints', { value_ints: { ints: [-1, 2 ** 40] } }),
          node('Constant', [], 'tensor', { value: { tensor: onnxTensor('bool', [2], [0, 1]) } }),
        ],
        initializers: {
          w: onnxTensor('float32', [2, 2], [1, 2, 3, 4]),
          pads: onnxTensor('int64', [4], [0, 1, 0, 1]),
        },
      },
    };
    const session = openOnnxSession(serialiseModel(model), twoThreads);
    const run = (rows: number, x: number[]) => session.run({ x: onnxTensor('float32', [rows, 2], x) });
    expect(run(1, [2, 4])).toMatchObject({
      product: onnxTensor('float32', [1, 2], [5, 11]),
      padded: onnxTensor('float32', [1, 4], [2, 2, 4, 4]),
      floats: onnxTensor('float32', [2], [1.5, -2]),
      ints: onnxTensor('int64', [2], [-1, 2 ** 40]),
      tensor: onnxTensor('bool', [2], [0, 1]),
    });
    expect(run(3, [2, 4, 0, 0, 1, 1])['product']).toMatchObject({ dims: [3, 2] });
    session.dispose();
  });

  test('a bad model is an error that says what is wrong with it', () => {
    const open = (bytes: Uint8Array) => () => openOnnxSession(bytes, twoThreads);
    expect(open(Uint8Array.of(1, 2, 3))).toThrow(/^the ONNX model was refused: .*protobuf/i);
    const { graph } = decay(3, 2);
    const unknown = { graph: { ...graph, nodes: [{ ...graph.nodes[0]!, operator: 'Lopp' }] } };
    expect(open(serialiseModel(unknown))).toThrow(/Lopp/);
    const dangling = { graph: { ...graph, nodes: [...graph.nodes, node('Exp', ['nowhere'], 'unused')] } };
    expect(open(serialiseModel(dangling))).toThrow(/nowhere/);
  });

  test('what is fed is checked', () => {
    const session = openOnnxSession(serialiseModel(decay(3, 2)), twoThreads);
    const { w0, ...rest } = feeds(2);
    expect(() => session.run(rest)).toThrow("input 'w0' was not given");
    expect(() => session.run({ ...rest, w0: { ...w0, dims: [3] } })).toThrow(
      "tensor 'w0' has 2 elements, expected 3 for float32[3]",
    );
    const long = onnxTensor('float32', [3], [1, 2, 3]);
    expect(() => session.run({ ...rest, w0: long })).toThrow(/^the ONNX model could not be run: .*w0/);
    session.dispose();
    expect(() => session.run({ ...rest, w0 })).toThrow('the ONNX model could not be run');
  });

  // Invariant 3: nothing is sent anywhere. Releases from 1.29 on report to their maker unless the environment forbids it.
  test('the library has no address to send anything to', async () => {
    for (const name of await readdir(folder!)) {
      if (!/onnxruntime/.test(name)) continue;
      const library = await readFile(join(folder!, name));
      expect(library.includes('events.data.microsoft.com'), name).toBe(false);
      expect(library.includes('OneCollector'), name).toBe(false);
    }
  });
});
