import { expect, test } from 'vitest';
import { listExamples } from '../../src/datasets/list-examples';

test('all are named, or the first and how many more', () => {
  expect(listExamples([])).toBe('');
  expect(listExamples(['a', 'b', 'c'])).toBe('a, b, c');
  expect(listExamples(['a', 'b', 'c', 'd'])).toBe('a, b, c and 1 more');
  expect(listExamples(['a', 'b'], 2000)).toBe('a, b and 1,998 more');
  expect(listExamples(['a', 'b', 'c', 'd'], 4, 10)).toBe('a, b, c, d');
});
