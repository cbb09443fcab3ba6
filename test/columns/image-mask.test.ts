import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ImageMask } from '../../src/columns/image-mask';

/** Two sets of images, of so many. */
const sets = fc
  .nat(200)
  .chain((count) =>
    fc.tuple(
      fc.constant(count),
      fc.uniqueArray(fc.nat(Math.max(0, count - 1)), { maxLength: count }),
      fc.uniqueArray(fc.nat(Math.max(0, count - 1)), { maxLength: count }),
    ),
  );
const sorted = (set: Iterable<number>): number[] => [...set].sort((a, b) => a - b);

test('masks are sets of indices', () => {
  fc.assert(
    fc.property(sets, ([count, first, second]) => {
      const [a, b] = [new Set(first), new Set(second)];
      const [one, other] = [ImageMask.ofIndices(first, count), ImageMask.ofIndices(second, count)];
      expect([...one.indices()]).toEqual(sorted(a));
      expect(one.size).toBe(a.size);
      const all = Array.from({ length: count }, (_, i) => i);
      expect(all.filter((i) => one.has(i))).toEqual(sorted(a));
      expect([...one.and(other).indices()]).toEqual(sorted(a).filter((i) => b.has(i)));
      expect([...one.or(other).indices()]).toEqual(sorted(new Set([...a, ...b])));
      expect([...one.not().indices()]).toEqual(all.filter((i) => !a.has(i)));
      expect([...ImageMask.all(count).indices()]).toEqual(all);
      expect([...ImageMask.where(count, (i) => i % 2).indices()]).toEqual(all.filter((i) => i % 2 === 1));
      expect([one.has(-1), one.has(count)]).toEqual([false, false]);
    }),
  );
});

test('an index or a mask that does not fit is refused', () => {
  expect(() => ImageMask.ofIndices([3], 3)).toThrow('image: got 3, expected a whole number below 3');
  expect(() => ImageMask.ofIndices([0.5], 3)).toThrow('got 0.5');
  expect(() => ImageMask.all(3).and(ImageMask.all(4))).toThrow(
    'mask: got one of 4 images, expected one of 3',
  );
});
