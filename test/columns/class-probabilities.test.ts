import { expect, test } from 'vitest';
import {
  columnsOf,
  largestOf,
  leadingClasses,
  meanChange,
  mostProbable,
} from '../../src/columns/class-probabilities';

const VALUES = Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.125, 0.75, 0.25, 0.5, 0.25);

test('the most probable class of each image, the first of equal ones', () => {
  expect([...mostProbable(VALUES, 3)]).toEqual([0, 2, 1]);
  expect([...mostProbable(Float32Array.of(0.5, 0.5), 2)]).toEqual([0]);
});

test('the classes that matter, and their columns', () => {
  expect([...largestOf(VALUES, 3)]).toEqual([0.5, 0.5, 0.75]);
  expect([...leadingClasses(largestOf(VALUES, 3), 2)]).toEqual([2, 0]);
  expect([...leadingClasses([1, 1], 9)]).toEqual([0, 1]);
  expect([...columnsOf(VALUES, 3, Uint32Array.of(2, 0))]).toEqual([0.25, 0.5, 0.75, 0.125, 0.25, 0.25]);
});

test('a mean change, with the standard error of the mean', () => {
  // Changes of class 0: 0.5, 0.25, 0.75: mean 0.5, s = 0.25, s / sqrt(3) = 0.1443.
  const before = Float32Array.of(0, 1, 0.5, 0.5, 0.25, 0.75);
  const after = Float32Array.of(0.5, 0.5, 0.75, 0.25, 1, 0);
  const { mean, standardError } = meanChange(before, after, 2);
  expect(mean[0]).toBeCloseTo(0.5, 10);
  expect(mean[1]).toBeCloseTo(-0.5, 10);
  expect(standardError[0]).toBeCloseTo(0.25 / Math.sqrt(3), 10);
  expect(meanChange(before.slice(0, 2), after.slice(0, 2), 2).standardError[0]).toBeNaN();
});
