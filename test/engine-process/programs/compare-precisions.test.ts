import { expect, test } from 'vitest';
import { precisionText } from '../../../src/engine-process/programs/compare-precisions';

test('whether products of bfloat16 pay', () => {
  expect(precisionText(0.001, 0.004)).toBe(
    'bfloat16 is faster here: a step takes 1.0 ms, and 4.0 ms with float32',
  );
  expect(precisionText(0.0062, 0.0031)).toBe(
    'bfloat16 is slower here: a step takes 6.2 ms, and 3.1 ms with float32; precision=float32 loses nothing',
  );
  expect(precisionText(0.00101, 0.001)).toMatch(/^bfloat16 is no faster here: /);
});
