import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyFilters, filterMask, intersection, othersOfEach } from '../../src/columns/column-filter';
import type { ColumnFilter } from '../../src/columns/column-filter';
import { ownProcessorTime } from '../support/processor-time';

const number = fc.oneof(fc.double(), fc.constantFrom(NaN, -1, 0, 1, 2));
const filter = (length: number): fc.Arbitrary<ColumnFilter> =>
  fc.oneof(
    fc.record({
      values: fc.array(number, { minLength: length, maxLength: length }).map((v) => Float64Array.from(v)),
      from: number,
      to: number,
      missing: fc.boolean(),
    }),
    fc.record({
      values: fc
        .array(fc.integer({ min: -1, max: 5 }), { minLength: length, maxLength: length })
        .map((v) => Int32Array.from(v)),
      classes: fc.uniqueArray(fc.integer({ min: -1, max: 7 })).map((all) => new Set(all)),
    }),
  );
/** The same, an image at a time. */
const passes = (each: ColumnFilter, i: number): boolean => {
  const value = each.values[i]!;
  if ('classes' in each) return each.classes.has(value);
  return Number.isNaN(value) ? each.missing : each.from <= value && value <= each.to;
};

test('an image passes the filters if it passes each', () => {
  fc.assert(
    fc.property(
      fc.nat(70).chain((length) => fc.tuple(fc.constant(length), fc.array(filter(length), { maxLength: 4 }))),
      ([length, filters]) => {
        const all = Array.from({ length }, (_, i) => i);
        const expected = all.filter((i) => filters.every((each) => passes(each, i)));
        expect([...applyFilters(filters, length).indices()]).toEqual(expected);
        const masks = filters.map(filterMask);
        othersOfEach(masks, length).forEach((mask, own) => {
          const others = filters.filter((_, k) => k !== own);
          expect([...mask.indices()]).toEqual(all.filter((i) => others.every((each) => passes(each, i))));
        });
        expect(intersection(masks, length).size).toBe(expected.length);
      },
    ),
  );
});

describe('100,000 images', () => {
  const COUNT = 100_000;
  const filters: ColumnFilter[] = [
    {
      values: Float32Array.from({ length: COUNT }, (_, i) => Math.sin(i)),
      from: -0.5,
      to: 2,
      missing: false,
    },
    { values: Float64Array.from({ length: COUNT }, (_, i) => i % 977), from: 100, to: 800, missing: true },
    {
      values: Int32Array.from({ length: COUNT }, (_, i) => (i % 12) - 1),
      classes: new Set([-1, 2, 3, 7, 10]),
    },
    { values: Uint8Array.from({ length: COUNT }, (_, i) => i % 3), classes: new Set([0, 2]) },
  ];

  test('pass four filters in less than a frame of 16 ms', () => {
    const times = Array.from({ length: 15 }, () => {
      const begun = ownProcessorTime();
      expect(applyFilters(filters, COUNT).size).toBeGreaterThan(1000);
      return ownProcessorTime() - begun;
    });
    // The middle one: the first ones are compiled meanwhile, and any may be interrupted by a collection of garbage.
    expect(times.sort((a, b) => a - b)[7]).toBeLessThan(16);
  });
});
