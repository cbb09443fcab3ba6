import { expect, test } from 'vitest';
import { axisValue, duration, fileName, nats, percent, shortCount } from '../../../webview/shared/format';

test.each([
  [-104.2049, '\u2212104.20'],
  [-1272.5, '\u22121,272.50'],
  [999_999.99, '999,999.99'],
  [0, '0.00'],
  [-0.001, '0.00'],
  [NaN, 'not finite'],
  [null, '–'],
  [-1.5e8, '\u22121.50e+8'],
])('%s nats', (value, text) => expect(nats(value)).toBe(text));

test.each([
  [0, '0 s'],
  [89, '89 s'],
  [600, '10 min'],
  [12_000, '3 h 20 min'],
  [7200, '2 h'],
  [null, '–'],
])('%s seconds', (value, text) => expect(duration(value)).toBe(text));

test('values on an axis, without the rounding of binary fractions', () => {
  expect([-1250, 0, 12.5, 0.1 + 0.2, -1e6].map(axisValue)).toEqual([
    ...['\u22121,250', '0', '12.5', '0.3', '\u22121,000,000'],
  ]);
});

test('axis counts', () => {
  expect([1, 1000, 12_500, 1e6, 2.5e8].map(shortCount)).toEqual(['1', '1k', '12.5k', '1M', '250M']);
});

test('a file name from a URI, also from one that is not encoded well', () => {
  expect(fileName('file:///a/b%20c.png')).toBe('b c.png');
  expect(fileName('file:///a/100%.png')).toBe('100%.png');
});

test.each([
  [1, '100 %'],
  [0.496, '50 %'],
  [0.0949, '9.5 %'],
  [0.0004, '< 0.1 %'],
  [0, '0.0 %'],
])('the share %s as %s', (share, text) => expect(percent(share)).toBe(text));
