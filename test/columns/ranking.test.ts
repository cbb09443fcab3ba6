import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ascending, countBelow, rankAmong } from '../../src/columns/ranking';

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
