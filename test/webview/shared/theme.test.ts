import { expect, test } from 'vitest';
import { opaque } from '../../../webview/shared/theme';

test.each([
  ['#d1861680', '#d18616'],
  ['#fa08', '#fa0'],
  ['#d18616', '#d18616'],
  ['rgba(209, 134, 22, 0.5)', 'rgb(209, 134, 22)'],
  ['rgb(1, 2, 3)', 'rgb(1, 2, 3)'],
])('%s without transparency is %s', (colour, expected) => {
  expect(opaque(colour)).toBe(expected);
});
