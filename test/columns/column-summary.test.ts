import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { classCounts, histogram } from '../../src/columns/column-summary';
import { ImageMask } from '../../src/columns/image-mask';
import { ascending, countBelow, rankAmong } from '../../src/columns/ranking';

describe('a histogram', () => {
  test('has bins of equal width, the greatest value in the last', () => {
    const values = Float32Array.of(0, 0.9, 1, 2.5, 4, NaN, Infinity);
    expect(histogram(values, 4, null)).toEqual({
      range: [0, 4],
      counts: Uint32Array.of(2, 1, 1, 1),
      missing: 2,
    });
  });

  test('of a selection keeps the range of all', () => {
    const values = Float64Array.of(-10, 1, 2, 3, 10);
    const chosen = ImageMask.ofIndices([1, 3], 5);
    expect(histogram(values, 5, chosen)).toEqual({
      range: [-10, 10],
      counts: Uint32Array.of(0, 0, 1, 1, 0),
      missing: 0,
    });
  });

  test('of equal values is one bin, of no values none', () => {
    expect(histogram(Float32Array.of(3, NaN, 3), 9, null)).toEqual({
      range: [3, 3],
      counts: Uint32Array.of(2),
      missing: 1,
    });
    expect(histogram(Float32Array.of(NaN), 9, null)).toEqual({
      range: null,
      counts: new Uint32Array(0),
      missing: 1,
    });
  });

  test('counts each image once, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1 }), fc.integer({ min: 1, max: 40 }), (all, bins) => {
        const { counts, missing } = histogram(Float64Array.from(all), bins, null);
        expect(counts.reduce((sum, count) => sum + count, missing)).toBe(all.length);
      }),
    );
  });
});

test('classes are counted, and images without one', () => {
  const labels = Int32Array.of(0, 2, 2, -1, 0);
  expect(classCounts(labels, 4, null)).toEqual({ counts: Uint32Array.of(2, 0, 2, 0), none: 1 });
  const chosen = ImageMask.ofIndices([0, 1, 3], 5);
  expect(classCounts(labels, 4, chosen)).toEqual({ counts: Uint32Array.of(1, 0, 1, 0), none: 1 });
});

describe('ranks', () => {
  test('count the higher values, and equal values share one', () => {
    const sorted = ascending(Float32Array.of(-5, NaN, 7, 3, 3, -Infinity));
    expect([...sorted]).toEqual([-5, 3, 3, 7]);
    expect([7, 3, -5].map((value) => rankAmong(sorted, value))).toEqual([
      { rank: 1, of: 4, below: 0.75 },
      { rank: 2, of: 4, below: 0.25 },
      { rank: 4, of: 4, below: 0 },
    ]);
    expect(rankAmong(sorted, 100)).toEqual({ rank: 1, of: 4, below: 1 });
    expect(rankAmong(new Float32Array(0), 1)).toEqual({ rank: 1, of: 0, below: 0 });
  });

  test('agree with counting one by one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 })),
        fc.integer({ min: -9, max: 9 }),
        (all, value) => {
          const sorted = ascending(Float32Array.from(all));
          expect(countBelow(sorted, value)).toBe(all.filter((other) => other < value).length);
          expect(rankAmong(sorted, value).rank).toBe(1 + all.filter((other) => other > value).length);
        },
      ),
    );
  });
});
