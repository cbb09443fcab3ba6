import { expect, test } from 'vitest';
import { othersShare, processorSample } from '../../../src/engine-process/programs/others-share';

test('what others took is what was busy without this process, of all that the cores had', () => {
  const before = { busy: 1000, all: 4000, own: 10 };
  expect(othersShare(before, { busy: 1500, all: 5000, own: 310 })).toBeCloseTo(0.2);
  // Clocks of different grain: never below 0, never above 1.
  expect(othersShare(before, { busy: 1100, all: 5000, own: 200 })).toBe(0);
  expect(othersShare(before, { busy: 3000, all: 5000, own: 10 })).toBe(1);
  expect(othersShare(before, before)).toBe(0);
});

test('a sample has times of the cores and of this process', () => {
  const { busy, all, own } = processorSample();
  expect(all).toBeGreaterThan(busy);
  expect(busy).toBeGreaterThan(0);
  expect(own).toBeGreaterThan(0);
});
