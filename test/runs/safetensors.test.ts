import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SafetensorsError, decodeSafetensors, encodeSafetensors } from '../../src/runs/safetensors';

const example = {
  tensors: new Map([
    ['a.weight', { shape: [2, 3], data: Float32Array.from([1, 2, 3, 4, 5, 6]) }],
    ['m/a.weight', { shape: [], data: Float32Array.from([-0.5]) }],
    ['empty', { shape: [0, 4], data: new Float32Array(0) }],
  ]),
  metadata: { step: '12' },
};
const bytes = Buffer.concat(encodeSafetensors(example));

function withHeader(header: unknown, data = Buffer.alloc(0)): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

test('what was written comes back', () => {
  const read = decodeSafetensors(bytes);
  expect(read.metadata).toEqual(example.metadata);
  expect([...read.tensors]).toEqual([...example.tensors]);
});

test('the layout is the specification’s: length, JSON padded to 8 bytes, little-endian floats', () => {
  const header = Number(bytes.readBigUInt64LE(0));
  expect(header % 8).toBe(0);
  const json = JSON.parse(bytes.toString('utf8', 8, 8 + header)) as Record<string, unknown>;
  expect(json['a.weight']).toEqual({ dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] });
  expect(bytes.readFloatLE(8 + header + 4)).toBe(2);
});

describe('hostile files end in a SafetensorsError', () => {
  const four = Buffer.alloc(4);
  const tensor = (begin: number, end: number, shape: unknown = [1]) => ({
    dtype: 'F32',
    shape,
    data_offsets: [begin, end],
  });
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a header of 2^63 bytes', Buffer.from('0000000000000080aaaaaaaa', 'hex')],
    ['no JSON', withHeader('{{{{')],
    ['an array for a header', withHeader([])],
    ['negative offsets', withHeader({ a: tensor(-4, 0) }, four)],
    ['offsets past the end', withHeader({ a: tensor(0, 8, [2]) }, four)],
    ['overlapping tensors', withHeader({ a: tensor(0, 4), b: tensor(0, 4) }, four)],
    ['a gap', withHeader({ a: tensor(4, 8) }, Buffer.alloc(8))],
    ['bytes at the end', withHeader({ a: tensor(0, 4) }, Buffer.alloc(8))],
    ['a size that overflows', withHeader({ a: tensor(0, 4, [2 ** 52, 2 ** 52]) }, four)],
    ['another type', withHeader({ a: { ...tensor(0, 4), dtype: 'F16' } }, four)],
    ['metadata that is no text', withHeader({ __metadata__: { step: 1 } })],
  ])('%s', (_name, hostile) => {
    expect(() => decodeSafetensors(hostile)).toThrow(SafetensorsError);
  });

  test('__proto__ as a name changes no prototype', () => {
    const read = decodeSafetensors(withHeader(`{"__proto__": ${JSON.stringify(tensor(0, 4))}}`, four));
    expect([...read.tensors.keys()]).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['dtype']).toBeUndefined();
  });

  test('cut at every length, and with random bytes changed: tensors or that error, nothing else', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSafetensors(bytes.subarray(0, length))).toThrow(SafetensorsError);
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(bytes);
        changed[at] = value;
        try {
          decodeSafetensors(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
