import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../src/random/stream';
import type { Purpose } from '../../src/random/stream';

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const blocks = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe('RandomStream', () => {
  it('gives the same words in whatever order blocks are asked for', () => {
    fc.assert(
      fc.property(seeds, fc.uniqueArray(blocks, { minLength: 2, maxLength: 8 }), (seed, order) => {
        const one = new RandomStream(seed, 'noise');
        const other = new RandomStream(seed, 'noise');
        const forward = order.map((block) => [...one.words32(block, 9)]);
        const backward = order.toReversed().map((block) => [...other.words32(block, 9)]);
        expect(backward.toReversed()).toEqual(forward);
      }),
    );
  });

  it('gives a longer request the words of a shorter one first', () => {
    fc.assert(
      fc.property(seeds, blocks, fc.nat(40), fc.nat(40), (seed, block, a, b) => {
        const stream = new RandomStream(seed, 'noise');
        const [short, long] = [Math.min(a, b), Math.max(a, b)];
        expect([...stream.words32(block, long).subarray(0, short)]).toEqual([
          ...stream.words32(block, short),
        ]);
      }),
    );
  });

  it('gives every purpose, block and seed words of its own', () => {
    const purposes: Purpose[] = [
      'initialise',
      'shuffle',
      'noise',
      'evaluate',
      'split',
      'digits',
      'sample',
      'importance',
      'binarise',
      'augment',
      'represent',
      'layout',
      'cluster',
    ];
    const seen = new Set<string>();
    let asked = 0;
    for (const purpose of purposes) {
      for (const seed of [0, 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
        for (const block of [0, 1, 2, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
          seen.add(new RandomStream(seed, purpose).words32(block, 4).join());
          asked++;
        }
      }
    }
    expect(seen.size).toBe(asked);
  });

  it('keeps uniforms inside (0, 1) with the moments of a uniform', () => {
    const count = 100_000;
    const uniforms = new RandomStream(1, 'noise').uniforms(0, count);
    expect(Math.min(...uniforms.subarray(0, 10_000))).toBeGreaterThan(0);
    expect(uniforms.every((u) => u > 0 && u < 1)).toBe(true);
    // Five standard errors: 5 * sqrt(1 / 12 / count), and 5 * sqrt(1 / 180 / count) for the variance.
    expect(Math.abs(mean(uniforms) - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
    expect(Math.abs(centralMoment(uniforms, 2) - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / count));
  });

  it('draws normals with mean 0, variance 1, no skew and kurtosis 3', () => {
    const count = 200_000;
    const normals = new RandomStream(7, 'noise').normals(3, count);
    // Five standard errors of each moment of count draws from N(0, 1).
    expect(Math.abs(mean(normals))).toBeLessThan(5 * Math.sqrt(1 / count));
    expect(Math.abs(centralMoment(normals, 2) - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
    expect(Math.abs(centralMoment(normals, 3))).toBeLessThan(5 * Math.sqrt(6 / count));
    expect(Math.abs(centralMoment(normals, 4) - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
  });

  it('leaves no correlation between neighbouring blocks', () => {
    const count = 50_000;
    const stream = new RandomStream(3, 'noise');
    const [a, b] = [stream.normals(10, count), stream.normals(11, count)];
    const product = a.map((value, i) => value * b[i]!);
    expect(Math.abs(mean(product))).toBeLessThan(5 * Math.sqrt(1 / count));
  });

  it('gives an odd number of normals the same first values as an even one', () => {
    const stream = new RandomStream(3, 'noise');
    expect([...stream.normals(0, 7)]).toEqual([...stream.normals(0, 8).subarray(0, 7)]);
  });

  it('permutes: every number once', () => {
    fc.assert(
      fc.property(seeds, blocks, fc.integer({ min: 0, max: 300 }), (seed, block, length) => {
        const order = new RandomStream(seed, 'shuffle').permutation(block, length);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
      }),
    );
  });

  it('gives each of the 24 orders of four things its share', () => {
    const stream = new RandomStream(11, 'shuffle');
    const trials = 24_000;
    const counts = new Map<string, number>();
    for (let block = 0; block < trials; block++) {
      const order = stream.permutation(block, 4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    const expected = trials / 24;
    const chiSquared = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: 49.7 is exceeded once in a thousand times.
    expect(chiSquared).toBeLessThan(49.7);
  });

  it.each([-1, 0.5, NaN, 2 ** 53])('refuses the seed %s', (seed) => {
    expect(() => new RandomStream(seed, 'noise')).toThrow(/seed: got/);
  });
});

function mean(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function centralMoment(values: Float32Array | Float64Array, power: number): number {
  const centre = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - centre) ** power;
  return sum / values.length;
}
