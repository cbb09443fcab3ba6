import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProtobufMessage } from '../../src/engine/protobuf';

const hex = (message: ProtobufMessage): string => Buffer.from(message.encode()).toString('hex');
const bytes = (text: string): string => text.replaceAll(' ', '');

/** Base-128 by the definition, on bigints only. */
function readVarint(encoded: Uint8Array, start: number): bigint {
  let value = 0n;
  for (let i = start; ; i++) {
    value |= BigInt(encoded[i]! & 0x7f) << BigInt(7 * (i - start));
    if (encoded[i]! < 0x80) return value;
  }
}

describe('the examples of https://protobuf.dev/programming-guides/encoding/', () => {
  test('a simple message: field 1 is 150', () =>
    expect(hex(new ProtobufMessage().varint(1, 150))).toBe('089601'));

  test('-2 as an int32 takes ten bytes', () =>
    expect(hex(new ProtobufMessage().varint(1, -2))).toBe(bytes('08 fe ff ff ff ff ff ff ff ff 01')));

  test('a string: field 2 is "testing"', () =>
    expect(hex(new ProtobufMessage().string(2, 'testing'))).toBe(bytes('12 07 74 65 73 74 69 6e 67')));

  test('a submessage: field 3 is { 1: 150 }', () =>
    expect(hex(new ProtobufMessage().message(3, new ProtobufMessage().varint(1, 150)))).toBe(
      bytes('1a 03 08 96 01'),
    ));

  test('repeated: field 4 is "hello", field 6 is 1, 2, 3 (packed)', () =>
    expect(hex(new ProtobufMessage().string(4, 'hello').packedVarints(6, [1, 2, 3]))).toBe(
      bytes('22 05 68 65 6c 6c 6f 32 03 01 02 03'),
    ));

  test('packed: field 6 is 3, 270, 86942', () =>
    expect(hex(new ProtobufMessage().packedVarints(6, [3, 270, 86942]))).toBe(
      bytes('32 06 03 8e 02 9e a7 05'),
    ));
});

describe('numbers', () => {
  test('a double is its eight bytes, lowest first', () =>
    expect(hex(new ProtobufMessage().double(1, -2.5))).toBe(bytes('09 00 00 00 00 00 00 04 c0')));

  test('every integer of 64 bits is its two’s complement in base 128', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (value) => {
        expect(readVarint(new ProtobufMessage().varint(1, value).encode(), 1)).toBe(
          BigInt.asUintN(64, value),
        );
      }),
    );
  });

  test('a number and a bigint of the same value are the same bytes', () => {
    for (const value of [0, 1, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER, -1])
      expect(hex(new ProtobufMessage().varint(1, value))).toBe(
        hex(new ProtobufMessage().varint(1, BigInt(value))),
      );
  });

  test('what is no whole number is refused', () => {
    for (const value of [0.5, NaN, Infinity, 2 ** 60])
      expect(() => new ProtobufMessage().varint(1, value)).toThrow('expected a whole number');
  });

  test('a boolean is 0 or 1; a field above 15 has a tag of two bytes', () =>
    expect(hex(new ProtobufMessage().varint(20, true).varint(1, false))).toBe(bytes('a0 01 01 08 00')));

  test('floats are IEEE 754, little-endian', () => {
    expect(hex(new ProtobufMessage().float(2, -1.5))).toBe(bytes('15 00 00 c0 bf'));
    expect(hex(new ProtobufMessage().packedFloats(7, [1, -1.5]))).toBe(
      bytes('3a 08 00 00 80 3f 00 00 c0 bf'),
    );
  });
});

test('a map is a repeated message with key and value', () =>
  expect(
    hex(
      new ProtobufMessage().map(14, [
        ['a', 'x'],
        ['b', new ProtobufMessage().varint(1, 5)],
      ]),
    ),
  ).toBe(bytes('72 06 0a 01 61 12 01 78 72 07 0a 01 62 12 02 08 05')));

test('text is UTF-8 and its length is in bytes', () =>
  expect(hex(new ProtobufMessage().string(1, 'μ'))).toBe(bytes('0a 02 ce bc')));

test('64 MiB, nested eight deep, are copied once', () => {
  const payload = new Uint8Array(64 * 2 ** 20).fill(7);
  let message = new ProtobufMessage().bytes(1, payload);
  for (let depth = 0; depth < 8; depth++) message = new ProtobufMessage().message(1, message);
  const before = process.memoryUsage().arrayBuffers;
  const encoded = message.encode();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1.1 * payload.byteLength);
  expect(encoded.byteLength).toBe(payload.byteLength + 9 * 5);
  expect(encoded.at(-1)).toBe(7);
});
