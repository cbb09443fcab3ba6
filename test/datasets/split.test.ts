import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitDataset } from '../../src/datasets/split';

const request = { validation: 0.1, test: 0.1, seed: 4 };

describe('splitDataset', () => {
  it('divides every image into exactly one part, none empty, each ascending', () => {
    const fraction = fc.double({ min: 0, max: 0.4, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 3000 }),
        fraction,
        fraction,
        fc.nat(),
        (count, validation, test, seed) => {
          const split = splitDataset({ name: 'x', count }, { validation, test, seed });
          const all = [...split.train, ...split.validation, ...split.test];
          expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
          expect(split.validation).toHaveLength(Math.max(1, Math.round(validation * count)));
          expect(split.test).toHaveLength(Math.max(1, Math.round(test * count)));
          for (const part of Object.values(split)) {
            expect(part.length).toBeGreaterThan(0);
            expect(part.every((value, i) => i === 0 || value > part[i - 1]!)).toBe(true);
          }
        },
      ),
    );
  });

  it('depends on the seed and on nothing else', () => {
    const dataset = { name: 'x', count: 500 };
    expect(splitDataset(dataset, request)).toEqual(splitDataset(dataset, request));
    expect(splitDataset(dataset, { ...request, seed: 5 }).test).not.toEqual(
      splitDataset(dataset, request).test,
    );
  });

  it('trains on the first images only where a limit says so, and leaves the other parts as they are', () => {
    const own = {
      train: Uint32Array.of(0, 3, 4, 7),
      validation: Uint32Array.of(1),
      test: Uint32Array.of(2),
    };
    for (const dataset of [
      { name: 'x', count: 500 },
      { name: 'x', count: 8, split: own },
    ]) {
      const whole = splitDataset(dataset, request);
      const { train, ...others } = splitDataset(dataset, { ...request, trainLimit: 3 });
      expect(train).toEqual(whole.train.slice(0, 3));
      expect(others).toEqual({ validation: whole.validation, test: whole.test });
      for (const trainLimit of [0, 10_000])
        expect(splitDataset(dataset, { ...request, trainLimit })).toEqual(whole);
    }
  });

  it("keeps the dataset's own split", () => {
    const split = { train: Uint32Array.of(0), validation: Uint32Array.of(1), test: Uint32Array.of(2) };
    expect(splitDataset({ name: 'x', count: 3, split }, request)).toBe(split);
  });

  it('says what is missing', () => {
    expect(() => splitDataset({ name: 'cats', count: 1 }, request)).toThrow(
      'cats: got 1 image, expected at least 10 to train on; add images',
    );
    expect(() => splitDataset({ name: 'cats', count: 20 }, { validation: 0.5, test: 0.5, seed: 0 })).toThrow(
      /validation 0.5 and test 0.5 leave nothing of 20 images/,
    );
  });
});
