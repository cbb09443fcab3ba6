import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Minibatches } from '../../../src/datasets/sampling/minibatches';
import { RandomStream } from '../../../src/random/stream';

const size = fc.integer({ min: 1, max: 40 });

describe('Minibatches', () => {
  it('cuts the permutations of the epochs, laid end to end, into pieces of M', () => {
    fc.assert(
      fc.property(fc.nat(), size, size, fc.integer({ min: 1, max: 5 }), (seed, count, minibatch, epochs) => {
        const stream = new RandomStream(seed, 'shuffle');
        const rounds = Array.from({ length: epochs }, (_, epoch) => [...stream.permutation(epoch, count)]);
        const steps = Math.floor((epochs * count) / minibatch);
        const batches = new Minibatches(seed, count, minibatch);
        const rows = Array.from({ length: steps }, (_, step) => batches.rowsOfStep(step));
        expect(rows.every((batch) => batch.length === minibatch)).toBe(true);
        expect(rows.flatMap((batch) => [...batch])).toEqual(rounds.flat().slice(0, steps * minibatch));
      }),
    );
  });

  it('gives a step the same minibatch in whatever order steps are asked for', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        size,
        size,
        fc.array(fc.nat(500), { maxLength: 12 }),
        (seed, count, minibatch, steps) => {
          const walked = new Minibatches(seed, count, minibatch);
          for (const step of steps) {
            const fresh = new Minibatches(seed, count, minibatch).rowsOfStep(step);
            expect(walked.rowsOfStep(step)).toEqual(fresh);
          }
        },
      ),
    );
  });

  it('sees every image once an epoch', () => {
    const batches = new Minibatches(9, 60, 20);
    for (const epoch of [0, 1, 7]) {
      const seen = [0, 1, 2].flatMap((i) => [...batches.rowsOfStep(3 * epoch + i)]);
      expect(new Set(seen).size).toBe(60);
    }
    expect(batches.rowsOfStep(0)).not.toEqual(batches.rowsOfStep(3));
  });

  it('knows the epoch that a step begins in', () => {
    const batches = new Minibatches(0, 10, 4);
    expect([0, 1, 2, 3, 4, 5].map((step) => batches.epochOf(step))).toEqual([0, 0, 0, 1, 1, 2]);
  });

  it('fills a minibatch larger than the dataset from several epochs', () => {
    const rows = new Minibatches(0, 3, 8).rowsOfStep(0);
    expect(rows).toHaveLength(8);
    expect([...rows.subarray(0, 3)].sort()).toEqual([0, 1, 2]);
    expect([...rows.subarray(3, 6)].sort()).toEqual([0, 1, 2]);
  });

  it.each([
    [0, 4, /got count 0/],
    [4, 0, /got size 0/],
    [4, 1.5, /got size 1.5/],
  ])('refuses %s images in minibatches of %s', (count, minibatch, message) => {
    expect(() => new Minibatches(0, count, minibatch)).toThrow(message);
  });
});
