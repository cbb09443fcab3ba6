import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { serialiseModel } from '../../../src/engine/onnx/encode';
import type { OnnxModel } from '../../../src/engine/onnx/model';
import { loadFailure, onnxRuntimeFolder } from '../../../src/engine/onnx/native-runtime';
import type { OnnxRuntime } from '../../../src/engine/onnx/runtime';
import { onnxTensor } from '../../../src/engine/onnx/tensor';
import { wasmRuntimeFolder } from '../../../src/engine/onnx/wasm-files';
import { onnxRuntimes } from '../../support/onnx-runtimes';
import { decay, node, value } from './support';

describe.each(onnxRuntimes(2))('ONNX Runtime, $name', ({ present, load }) => {
  let runtime: OnnxRuntime;
  beforeAll(async () => {
    if (present) runtime = await load();
  });

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

  test.skipIf(!present)('a Loop carries a state and scans, on bytes of the graph around it', async () => {
    const session = await runtime.open(serialiseModel(decay('images', 2)));
    expect(session.inputs).toEqual(['steps', 'w0', 'bytes', 'order']);
    expect(session.outputs).toEqual(['w1', 'trace', 'rows']);
    const { w1, trace, rows } = await session.run(feeds(3));
    const after = (n: number, start: number): number => start * 0.9 ** n;
    // Single precision: a few units in the last place.
    const close = (value: number) => expect.closeTo(value, 6) as number;
    expect(w1).toMatchObject({ type: 'float32', dims: [2] });
    expect([...w1!.data]).toEqual([close(after(3, 1)), close(after(3, -2))]);
    expect(trace!.dims).toEqual([3, 2]);
    expect([...trace!.data]).toEqual([1, 2, 3].flatMap((n) => [close(after(n, 1)), close(after(n, -2))]));
    expect([...rows!.data]).toEqual([0, 1, 254, 255, 128, 129]);
    expect((await session.run(feeds(5)))['trace']!.dims).toEqual([5, 2]);
    session.dispose();
  });

  test.skipIf(!present)('each type goes in and comes out as it is', async () => {
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
    const session = await runtime.open(serialiseModel(model));
    const results = await session.run(
      Object.fromEntries(entries.map(([name, tensor]) => [`${name}In`, tensor])),
    );
    for (const [name, tensor] of entries) {
      expect(results[`${name}Out`]).toMatchObject({ ...tensor });
      expect(results[`${name}Same`]).toMatchObject({ ...tensor });
    }
    session.dispose();
  });

  test.skipIf(!present)('attributes of each kind, and a dimension that is named', async () => {
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
    const session = await runtime.open(serialiseModel(model));
    const run = (rows: number, x: number[]) => session.run({ x: onnxTensor('float32', [rows, 2], x) });
    expect(await run(1, [2, 4])).toMatchObject({
      product: onnxTensor('float32', [1, 2], [5, 11]),
      padded: onnxTensor('float32', [1, 4], [2, 2, 4, 4]),
      floats: onnxTensor('float32', [2], [1.5, -2]),
      ints: onnxTensor('int64', [2], [-1, 2 ** 40]),
      tensor: onnxTensor('bool', [2], [0, 1]),
    });
    expect((await run(3, [2, 4, 0, 0, 1, 1]))['product']).toMatchObject({ dims: [3, 2] });
    session.dispose();
  });

  test.skipIf(!present)('a bad model is an error that says what is wrong with it', async () => {
    const open = (bytes: Uint8Array) => () => runtime.open(bytes);
    await expect(open(Uint8Array.of(1, 2, 3))).rejects.toThrow(/^the ONNX model was refused: .*protobuf/i);
    const { graph } = decay(3, 2);
    const unknown = { graph: { ...graph, nodes: [{ ...graph.nodes[0]!, operator: 'Lopp' }] } };
    await expect(open(serialiseModel(unknown))).rejects.toThrow(/Lopp/);
    const dangling = { graph: { ...graph, nodes: [...graph.nodes, node('Exp', ['nowhere'], 'unused')] } };
    await expect(open(serialiseModel(dangling))).rejects.toThrow(/nowhere/);
  });

  test.skipIf(!present)('what is fed is checked', async () => {
    const session = await runtime.open(serialiseModel(decay(3, 2)));
    const { w0, ...rest } = feeds(2);
    await expect(session.run(rest)).rejects.toThrow("input 'w0' was not given");
    await expect(session.run({ ...rest, w0: { ...w0, dims: [3] } })).rejects.toThrow(
      "tensor 'w0' has 2 elements, expected 3 for float32[3]",
    );
    const long = onnxTensor('float32', [3], [1, 2, 3]);
    await expect(session.run({ ...rest, w0: long })).rejects.toThrow(
      /^the ONNX model could not be run: .*w0/,
    );
    session.dispose();
    await expect(session.run({ ...rest, w0 })).rejects.toThrow('the ONNX model could not be run');
  });
});

/** Values of this many float32 numbers, from a single number, so that a test takes no memory itself. */
const expanded = serialiseModel({
  graph: {
    name: 'expanded',
    inputs: [value('x', 'float32', [1]), value('dims', 'int64', [1])],
    outputs: [value('y', 'float32', [])],
    nodes: [
      node('Expand', ['x', 'dims'], 'many'),
      node('ReduceMax', ['many'], 'y', { keepdims: { int: 0 } }),
    ],
  },
});

test('WebAssembly says when its memory does not suffice, and goes on', async () => {
  // More than there is left, and more than 32 bits count.
  const [left, counted] = [1.0735e9, 1.5e9];
  const runtime = await onnxRuntimes(2)[1]!.load();
  const session = await runtime.open(expanded);
  const largest = (count: number) =>
    session.run({ x: onnxTensor('float32', [1], [7]), dims: onnxTensor('int64', [1], [count]) });
  for (const count of [left, counted])
    await expect(largest(count)).rejects.toThrow(
      /more than the 4\.29 GB of memory that WebAssembly has .* Choose/,
    );
  expect([...(await largest(3))['y']!.data]).toEqual([7]);
  session.dispose();
});

test('an input that WebAssembly has no place for is refused, not written over its memory', async () => {
  const runtime = await onnxRuntimes(2)[1]!.load();
  const session = await runtime.open(serialiseModel(decay('images', 2)));
  // Its pages are never written, so that it takes no memory here.
  const bytes = new Uint8Array(4_285_000_000);
  const feeds = {
    steps: onnxTensor('int64', [], [1]),
    w0: onnxTensor('float32', [2], [1, -2]),
    order: onnxTensor('int64', [1], [0]),
  };
  await expect(
    session.run({ ...feeds, bytes: { type: 'uint8', dims: [2_142_500_000, 2], data: bytes } }),
  ).rejects.toThrow(/more than the 4\.29 GB of memory that WebAssembly has .*4285000000 bytes/);
  const { w1 } = await session.run({ ...feeds, bytes: onnxTensor('uint8', [1, 2], [3, 4]) });
  expect([...w1!.data]).toEqual([Math.fround(0.9), -Math.fround(1.8)]);
  session.dispose();
});

test('on Windows, a library that a missing library needs is named', () => {
  const missing = 'The specified module could not be found.\r\n\\\\?\\C:\\x\\onnxruntime_binding.node';
  expect(loadFailure(missing, { platform: 'win32', arch: 'arm64' })).toMatch(
    /could not be found.*; it needs the Microsoft Visual C\+\+ Redistributable \(https:.*vc_redist\.arm64\.exe\)$/s,
  );
  expect(loadFailure('not a valid Win32 application', { platform: 'win32', arch: 'x64' })).not.toMatch(
    /Redist/,
  );
  expect(loadFailure(missing, { platform: 'linux', arch: 'x64' })).not.toMatch(/Redist/);
});

// Invariant 3: nothing is sent anywhere. Releases from 1.29 on report to their maker unless the environment forbids it.
test.each([onnxRuntimeFolder(), wasmRuntimeFolder()].filter((each) => each !== null))(
  'the library in %s has no address to send anything to',
  async (folder) => {
    for (const name of await readdir(folder)) {
      if (!/^(lib)?onnxruntime|^ort-wasm-simd-threaded\.(wasm|mjs)$/.test(name)) continue;
      const library = await readFile(join(folder, name));
      expect(library.includes('events.data.microsoft.com'), name).toBe(false);
      expect(library.includes('OneCollector'), name).toBe(false);
    }
  },
);
