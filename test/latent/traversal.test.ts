import { describe, expect, test } from 'vitest';
import { normalQuantiles } from '../../src/latent/normal';
import { edited, traversal } from '../../src/latent/traversal';

const centre = Float32Array.from([1, -2, 3]);

describe('a traversal', () => {
  test('varies one coordinate and holds the others', () => {
    const values = Float32Array.from([-1.5, 0, 4]);
    expect(Array.from(traversal(centre, 1, values))).toEqual([1, -1.5, 3, 1, 0, 3, 1, 4, 3]);
    expect(Array.from(centre)).toEqual([1, -2, 3]);
  });

  test.each([-1, 3, 1.5, NaN])('has no dimension %d', (dimension) =>
    expect(() => traversal(centre, dimension, Float32Array.of(0))).toThrow(
      `got ${dimension}, expected a whole number from 0 to 2`,
    ),
  );
});

describe('an edited point', () => {
  test('is another where it was edited, and a copy', () => {
    const point = edited(centre, [
      { dimension: 0, value: 0.5 },
      { dimension: 2, value: -0.25 },
    ]);
    expect(Array.from(point)).toEqual([0.5, -2, -0.25]);
    expect(edited(centre, [])).toEqual(centre);
    expect(edited(centre, [])).not.toBe(centre);
  });

  test('has no other dimensions', () =>
    expect(() => edited(centre, [{ dimension: 3, value: 0 }])).toThrow(RangeError));
});

test('quantiles rise, are symmetric, and stand in the middle of equal shares', () => {
  const quantiles = normalQuantiles(5);
  expect(quantiles[2]).toBe(0);
  // 0.1 and 0.3 in a standard table of the normal distribution.
  expect(quantiles[0]).toBeCloseTo(-1.281552, 5);
  expect(quantiles[1]).toBeCloseTo(-0.524401, 5);
  expect(quantiles[4]).toBeCloseTo(1.281552, 5);
});
