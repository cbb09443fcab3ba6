import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphJson } from '../../../src/engine/jax/graph-json';
import { encodeMessage, MessageReader } from '../../../src/engine/jax/wire';
import type { JaxMessage, WireArray } from '../../../src/engine/jax/wire';
import type { Graph } from '../../../src/trace/graph';

const encoded = (header: object, arrays: Readonly<Record<string, WireArray>> = {}): Buffer =>
  Buffer.concat([...encodeMessage(header, arrays)]);

/** A message with this text as its header. */
function written(header: string): Buffer {
  const start = Buffer.alloc(4);
  start.writeUInt32LE(Buffer.byteLength(header));
  return Buffer.concat([start, Buffer.from(header)]);
}

describe('messages', () => {
  const arrays = {
    mean: { shape: [2, 3], values: Float32Array.of(1, -2, 0.5, 3, 4, 5) },
    none: { shape: [0, 3], values: new Float32Array(0) },
    sum: { shape: [1], values: Float32Array.of(7) },
  };

  test('arrive whole, in order, however the stream is cut', () => {
    const bytes = Buffer.concat([
      encoded({ call: 'é' }, arrays),
      encoded({ call: 'next' }),
      encoded({}, arrays),
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const reader = new MessageReader();
        const got: JaxMessage[] = [];
        for (let at = 0, i = 0; at < bytes.length; at += sizes[i++ % sizes.length]!)
          got.push(...reader.push(bytes.subarray(at, at + sizes[i % sizes.length]!)));
        expect(got.map(({ header }) => header['call'])).toEqual(['é', 'next', undefined]);
        for (const { arrays: own } of [got[0]!, got[2]!])
          expect(own).toEqual({ mean: arrays.mean.values, none: arrays.none.values, sum: arrays.sum.values });
        expect(got[1]!.arrays).toEqual({});
      }),
    );
  });

  test('a view of an array is written without what is around it', () => {
    const values = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const [message] = new MessageReader().push(encoded({}, { part: { shape: [2], values } }));
    expect(message!.arrays).toEqual({ part: Float32Array.of(2, 3) });
  });

  test.each([
    ['a long header', Buffer.from('ffffffff', 'hex'), /got a header of 4294967295 bytes, expected at most/],
    ['text', Buffer.from('Welcome to Python'), /got a header of \d+ bytes/],
    ['no JSON', written('{"arrays": ['), /a header that is not a JSON object/],
    ['null', written('null'), /a header that is not a JSON object/],
    ['no list', written('{}'), /a header without a list of arrays/],
    ['no arrays in it', written('{"arrays": [null]}'), /expected an array of float32/],
    [
      'another type',
      written('{"arrays": [{"name": "a", "dtype": "int64", "shape": []}]}'),
      /expected an array of/,
    ],
    [
      'a size below 0',
      written('{"arrays": [{"name": "a", "dtype": "float32", "shape": [-1]}]}'),
      /expected an array/,
    ],
    [
      'a fraction',
      written('{"arrays": [{"name": "a", "dtype": "float32", "shape": [0.5]}]}'),
      /expected an array/,
    ],
    [
      'more than memory holds',
      written('{"arrays": [{"name": "a", "dtype": "float32", "shape": [65536, 65536, 65536]}]}'),
      /got arrays of \d+ bytes, expected at most 4294967296/,
    ],
  ])('%s is none', (_, bytes, message) => {
    expect(() => new MessageReader().push(bytes)).toThrow(message);
  });
});

test('a graph keeps what JSON has no numbers for, and the bytes of its constants', () => {
  const type = { shape: [], dtype: 'float32' } as const;
  const graph: Graph = {
    nodes: [
      { operation: 'Fill', inputs: [], attributes: { value: -Infinity, ...type }, type },
      {
        ...{ operation: 'Constant', inputs: [] },
        attributes: { values: Float32Array.of(0, 1.5).subarray(1), ...type },
        type,
      },
    ],
    outputs: [{ name: 'y', node: 1 }],
  };
  expect(graphJson(graph)).toMatchObject({
    nodes: [
      { attributes: { value: { number: '-Infinity' } } },
      { attributes: { values: { base64: 'AADAPw==', dtype: 'float32' } } },
    ],
    outputs: [{ name: 'y', node: 1 }],
  });
});
