import { expect, test } from 'vitest';
import { halfBits, halfValue } from '../../../src/engine/onnx/half-precision';

/** The bits of all numbers of half precision from 0 on, infinity last. */
const POSITIVE = Array.from({ length: 0x7c01 }, (_, bits) => bits);

test('every number of half precision keeps its bits', () => {
  const all = POSITIVE.flatMap((bits) => [bits, 0x8000 | bits]);
  expect(all.map((bits) => halfBits(halfValue(bits)))).toEqual(all);
  expect(halfValue(halfBits(NaN))).toBeNaN();
  expect(halfValue(0x7e01)).toBeNaN();
});

/** Of IEEE 754's binary16: 1 + 2^-10, 2^-24, the largest finite number, the smallest normal one. */
test.each([
  [0x3c01, 1 + 2 ** -10],
  [0x0001, 2 ** -24],
  [0x7bff, 65_504],
  [0x8400, -(2 ** -14)],
  [0xfc00, -Infinity],
])('%i are the bits of %f', (bits, value) => {
  expect(halfValue(bits)).toBe(value);
  expect(halfBits(value)).toBe(bits);
});

test('between two numbers it is the nearest, and the even one halfway', () => {
  const low = POSITIVE.slice(0, 0x7bff);
  const between = (share: number) =>
    low.map((bits) => halfBits((1 - share) * halfValue(bits) + share * halfValue(bits + 1)));
  expect(between(0.49)).toEqual(low);
  expect(between(0.5)).toEqual(low.map((bits) => bits + (bits % 2)));
  expect(between(0.51)).toEqual(low.map((bits) => bits + 1));
  expect([65_519, 65_520, -65_520].map(halfBits)).toEqual([0x7bff, 0x7c00, 0xfc00]);
});
