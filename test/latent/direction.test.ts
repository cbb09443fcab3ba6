import { describe, expect, test } from 'vitest';
import {
  analogyPoint,
  cohensD,
  cosine,
  differenceOfMeans,
  heldOut,
  placeAlong,
  pointsAlong,
  scoreDirection,
} from '../../src/latent/direction';
import type { PointSet } from '../../src/latent/direction';
import { RandomStream } from '../../src/random/stream';

const stream = new RandomStream(5, 'direction');
const shuffle = (block: number, length: number): Uint32Array => stream.permutation(block, length);
const range = (from: number, to: number): Uint32Array =>
  Uint32Array.from({ length: to - from }, (_, i) => from + i);

/** Draws of N(0, I) in 6 dimensions; the second half is moved by `shift` in dimension 2. */
function clouds(count: number, shift: number): { points: PointSet; a: Uint32Array; b: Uint32Array } {
  const dimensions = 6;
  const values = new RandomStream(9, 'noise').normals(0, count * dimensions).slice();
  for (let row = count / 2; row < count; row++) values[row * dimensions + 2]! += shift;
  return { points: { values, dimensions }, a: range(0, count / 2), b: range(count / 2, count) };
}

function scored(count: number, shift: number, rounds = 200) {
  const { points, a, b } = clouds(count, shift);
  const scoring = scoreDirection(points, a, b, shuffle, rounds);
  for (;;) {
    const next = scoring.next();
    if (next.done) return next.value;
  }
}

test('the difference of means, from A to B', () => {
  const values = Float32Array.of(0, 1, 2, 3, 10, 20, 30, 40);
  const difference = differenceOfMeans({ values, dimensions: 2 }, range(0, 2), range(2, 4));
  expect([...difference]).toEqual([20 - 1, 30 - 2]);
});

test('Cohen’s d of two samples worked out by hand', () => {
  // Variances 1 and 7/3 with 2 and 3 degrees of freedom: pooled (2 + 7) / 5.
  const d = cohensD(Float64Array.of(1, 2, 3), Float64Array.of(3, 4, 6, 3));
  expect(d).toBeCloseTo((4 - 2) / Math.sqrt((2 + 6) / 5), 12);
  expect(cohensD(Float64Array.of(3, 4), Float64Array.of(1, 2))).toBeLessThan(0);
  expect(cohensD(Float64Array.of(1, 1), Float64Array.of(2, 2))).toBeNull();
  expect(cohensD(Float64Array.of(1), Float64Array.of(2))).toBeNull();
});

test('cosine', () => {
  expect(cosine(Float64Array.of(1, 0), Float64Array.of(1, 1))).toBeCloseTo(Math.SQRT1_2, 12);
  expect(cosine(Float64Array.of(1, 0), Float64Array.of(0, 0))).toBe(0);
});

test('one half fits, the other is measured', () => {
  const values = Float32Array.of(0, 0, 0, 1, 0, 3, 4, 0, 4, 1, 4, 3);
  // A is rows 0 to 2, B 3 to 5: fitted on rows 0 and 3 the way is (4, 0), along which the others do not vary.
  const measured = heldOut({ values, dimensions: 2 }, range(0, 3), range(3, 6));
  expect(measured).toEqual({ agreement: 1, effect: null });
});

describe('a score', () => {
  test('of two clouds three standard deviations apart', () => {
    const { agreement, effect, chance, rounds } = scored(400, 3);
    // The fitted means are off by sqrt(2 / 100) in each of five other dimensions: a cosine of about 0.98, and d of 3 × 0.99.
    expect(agreement).toBeGreaterThan(0.96);
    expect(Math.abs(effect! - 3)).toBeLessThan(0.5);
    expect(agreement).toBeGreaterThan(chance.agreement.percentile95);
    expect(effect).toBeGreaterThan(chance.effect.percentile95);
    expect(rounds).toBe(200);
  });

  test('of random divisions is that of chance: no agreement and no effect on average', () => {
    const { chance } = scored(400, 3);
    expect(Math.abs(chance.effect.mean)).toBeLessThan(0.1);
    expect(chance.effect.percentile95).toBeGreaterThan(chance.effect.mean);
    expect(Math.abs(chance.agreement.mean)).toBeLessThan(0.15);
    expect(chance.agreement.percentile95).toBeLessThan(1);
  });

  test('of two sets that do not differ stays within chance', () => {
    // By construction one in twenty would not; these points are fixed.
    const { agreement, effect, chance } = scored(400, 0);
    expect(agreement).toBeLessThan(chance.agreement.percentile95);
    expect(effect).toBeLessThan(chance.effect.percentile95);
  });

  test('is the same each time', () => {
    expect(scored(40, 1, 20)).toEqual(scored(40, 1, 20));
  });
});

describe('moving a point', () => {
  const start = Float32Array.of(1, 0, 0);
  const vector = Float32Array.of(0, 2, 0);

  test('0 is abreast of the start, 1 one length farther; what lies across stays', () => {
    expect(placeAlong(Float32Array.of(5, 3, 7), start, vector)).toBe(1.5);
    const z = pointsAlong(Float32Array.of(5, 3, 7), start, vector, Float32Array.of(0, 1, 1.5));
    expect([...z]).toEqual([5, 0, 7, 5, 2, 7, 5, 3, 7]);
  });

  test('an analogy closes the parallelogram', () => {
    const [a, b, c] = [Float32Array.of(1, 2), Float32Array.of(4, 6), Float32Array.of(-1, 0)];
    expect([...analogyPoint(a, b, c)]).toEqual([2, 4]);
    expect([...analogyPoint(a, b, a)]).toEqual([...b]);
  });
});
