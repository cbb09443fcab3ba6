import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { representatives } from '../../src/columns/representatives';
import { representativeImages, representativeRows } from '../../src/datasets/sampling/representative-rows';
import { RandomStream } from '../../src/random/stream';

const stream = new RandomStream(5, 'represent');
const shuffle = (block: number, length: number): Uint32Array => stream.permutation(block, length);
/** Labels with so many images of each class, -1 first. */
const labelled = (none: number, ...sizes: number[]): Int32Array =>
  Int32Array.from([none, ...sizes].flatMap((size, i) => Array<number>(size).fill(i - 1)));
const rowsOf = (labels: Int32Array): Uint32Array => Uint32Array.from(labels.keys());
const choose = (labels: Int32Array, count: number): number[] =>
  Array.from(representatives(rowsOf(labels), labels, count, shuffle), (row) => labels[row]!);
const countsOf = (labels: readonly number[]): Record<number, number> =>
  labels.reduce<Record<number, number>>((sums, label) => ({ ...sums, [label]: (sums[label] ?? 0) + 1 }), {});

describe('a stratified choice', () => {
  test('is in proportion to the classes, by a worked example of Webster', () => {
    // The textbooks' seven places for 53, 24 and 23: quotients 53, 24, 23, 17.7, 10.6, 8 and 7.7.
    expect(countsOf(choose(labelled(0, 53, 24, 23), 7))).toEqual({ 0: 3, 1: 2, 2: 2 });
    expect(countsOf(choose(labelled(0, 60, 30, 10), 10))).toEqual({ 0: 6, 1: 3, 2: 1 });
  });

  test('has at least one of each class, the commonest first', () => {
    const labels = labelled(0, 1, 900, 2, 97);
    expect(choose(labels, 4)).toEqual([1, 3, 2, 0]);
    expect(choose(labels, 2)).toEqual([1, 3]);
    expect(countsOf(choose(labels, 12))).toEqual({ 0: 1, 1: 9, 2: 1, 3: 1 });
  });

  test('counts images without a label as one more class', () => {
    expect(countsOf(choose(labelled(50, 50), 6))).toEqual({ [-1]: 3, 0: 3 });
  });

  test('never repeats an image, takes all that are left, and is the beginning of a longer choice', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { minLength: 1, maxLength: 8 }),
        fc.nat(60),
        fc.nat(60),
        (sizes, a, b) => {
          const labels = labelled(sizes[0]!, ...sizes.slice(1));
          const [few, many] = [Math.min(a, b), Math.max(a, b)];
          const rows = representatives(rowsOf(labels), labels, many, shuffle);
          expect(new Set(rows).size).toBe(Math.min(many, labels.length));
          expect(representatives(rowsOf(labels), labels, few, shuffle)).toEqual(rows.subarray(0, few));
        },
      ),
    );
  });
});

test('without labels, a choice is a draw that the seed decides, and not the first images', () => {
  const dataset = { count: 1000 };
  const chosen = representativeImages(dataset, 12, 3);
  expect(chosen).toHaveLength(12);
  expect(representativeImages(dataset, 12, 3)).toEqual(chosen);
  expect(representativeImages(dataset, 12, 4)).not.toEqual(chosen);
  // The mean of 1,000 numbers drawn without repetition: 500, and its standard error below 25.
  const mean = representativeImages(dataset, 100, 3).reduce((sum, row) => sum + row / 100, 0);
  expect(Math.abs(mean - 500)).toBeLessThan(5 * 28);
});

test('rows of a part of the dataset stay in it', () => {
  const labels = { names: ['a', 'b'], values: Int32Array.from({ length: 100 }, (_, i) => i % 2) };
  const part = Uint32Array.from({ length: 20 }, (_, i) => 5 * i);
  const chosen = representativeRows({ labels }, part, 6, 1);
  expect([...chosen].every((row) => row % 5 === 0)).toBe(true);
  expect(countsOf(Array.from(chosen, (row) => labels.values[row]!))).toEqual({ 0: 3, 1: 3 });
});
