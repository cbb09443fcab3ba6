import { describe, expect, test } from 'vitest';
import { compareWithPaper, differenceText } from '../../src/paper/compare';
import { paperBound, paperCurve, valueAt } from '../../src/paper/curve';
import { FIGURE_3, FIGURE_3_METHODS, PAPER_TRAIN_SIZES, figure3Curve } from '../../src/paper/figure3';
import { FIGURE_2, FIGURE_2_SAMPLES, PAPER_LATENTS } from '../../src/paper/figure2';
import { MNIST_FINGERPRINTS, paperPanel } from '../../src/paper/setting';

describe('what is read off the figure', () => {
  /** Test and train at 1e7 and 1e8 samples, to 0.1 nats: read off by eye, apart from the file. */
  const TABLE = [
    [3, -138.0, -138.3, -133.4, -130.3],
    [5, -124.1, -123.7, -119.1, -116.5],
    [10, -108.5, -107.7, -103.7, -100.7],
    [20, -104.8, -104.2, -100.2, -98.2],
    [200, -103.9, -103.4, -100.2, -98.5],
  ] as const;

  test.each(TABLE)('Nz %i', (latent, test7, train7, test8, train8) => {
    expect(Math.abs(paperBound(latent, 1e7)! - test7)).toBeLessThan(0.11);
    expect(Math.abs(paperBound(latent, 1e7, 'train')! - train7)).toBeLessThan(0.11);
    expect(Math.abs(paperBound(latent, 1e8)! - test8)).toBeLessThan(0.11);
    expect(Math.abs(paperBound(latent, 1e8, 'train')! - train8)).toBeLessThan(0.11);
  });

  test('every curve is shorter than the axis, rises and stays in the frame', () => {
    for (const latent of PAPER_LATENTS) {
      for (const bounds of Object.values(FIGURE_2[latent]).flatMap((method) => Object.values(method))) {
        expect(bounds.length).toBeGreaterThan(30);
        expect(bounds.length).toBeLessThanOrEqual(FIGURE_2_SAMPLES.length);
        expect(bounds.at(-1)! - bounds[0]!).toBeGreaterThan(5);
        expect(Math.min(...bounds)).toBeGreaterThanOrEqual(-150);
        expect(Math.max(...bounds)).toBeLessThan(-97);
        // Drawn curves of a mean over many images: no jump but at the start, no dip of more than a nat.
        for (let i = 1; i < bounds.length; i++) expect(bounds[i]! - bounds[i - 1]!).toBeGreaterThan(-1);
      }
    }
  });

  test('the axis has 20 points to a decade and ends where the figure does', () => {
    FIGURE_2_SAMPLES.slice(1, -1).forEach((samples, i) => {
      expect(samples / FIGURE_2_SAMPLES[i]!).toBeCloseTo(10 ** 0.05, 2);
    });
    expect(Math.log10(FIGURE_2_SAMPLES.at(-1)!)).toBeCloseTo(8.4, 2);
  });
});

describe('what is read off Figure 3', () => {
  /** Test and train at 60 million samples, and for wake-sleep: read off by eye, apart from the file. */
  test.each([
    [1000, 'aevb', -143.2, -109.1],
    [50_000, 'aevb', -138.1, -131.1],
  ] as const)('%i training images, %s', (size, method, onTest, onTrain) => {
    expect(Math.abs(valueAt(figure3Curve(size, 'test', method), 6e7)! - onTest)).toBeLessThan(0.21);
    expect(Math.abs(valueAt(figure3Curve(size, 'train', method), 6e7)! - onTrain)).toBeLessThan(0.21);
  });

  test('every curve rises and stays in the frame; samples ascend, one for each value', () => {
    for (const size of PAPER_TRAIN_SIZES) {
      expect(Object.keys(FIGURE_3[size])).toEqual([...FIGURE_3_METHODS]);
      for (const method of FIGURE_3_METHODS) {
        for (const split of ['train', 'test'] as const) {
          const { samples, bounds } = figure3Curve(size, split, method)!;
          expect(samples).toHaveLength(bounds.length);
          expect(samples.every((at, i) => i === 0 || at > samples[i - 1]!)).toBe(true);
          expect(bounds.at(-1)! - bounds[0]!).toBeGreaterThan(5);
          expect(Math.min(...bounds)).toBeGreaterThanOrEqual(-160.1);
          expect(Math.max(...bounds)).toBeLessThan(-100);
        }
      }
    }
    expect(figure3Curve(2000, 'test', 'aevb')).toBeNull();
  });
});

describe('between the points', () => {
  test('a point of the curve is that point', () => {
    expect(paperBound(20, 1e6)).toBeCloseTo(-124.2, 10);
    expect(paperBound(20, 1_122_000)).toBeCloseTo(-122.7, 10);
  });

  test('the middle over the logarithm is the mean: by hand, 1,000,000 and 1,122,000 at -124.2 and -122.7', () => {
    expect(paperBound(20, Math.sqrt(1_000_000 * 1_122_000))).toBeCloseTo(-123.45, 10);
    // log10(1.05) / log10(1.122) = 0.0211893 / 0.0499929 = 0.423846; -124.2 + 0.423846 * 1.5 = -123.56423
    expect(paperBound(20, 1_050_000)).toBeCloseTo(-123.56423, 4);
  });

  test('null outside the curve, for what is no number, and where the paper has no panel', () => {
    const { samples, bounds } = paperCurve(20)!;
    expect(paperBound(20, samples[0]!)).toBe(bounds[0]);
    expect(paperBound(20, samples[0]! - 1)).toBeNull();
    expect(paperBound(20, 250_000_000)).toBe(bounds.at(-1));
    expect(paperBound(20, 250_000_001)).toBeNull();
    expect(paperBound(20, NaN)).toBeNull();
    expect(paperBound(2, 1e7)).toBeNull();
    expect(paperCurve(2)).toBeNull();
  });

  test('the other curves: the end of the axis', () => {
    expect(paperBound(3, 2.5e8, 'train')).toBeCloseTo(-127.9, 10);
    expect(paperBound(3, 2.5e8, 'train', 'wake-sleep')).toBeCloseTo(-138.7, 10);
    expect(paperBound(200, 2.5e8, 'test', 'wake-sleep')).toBeCloseTo(-103.6, 10);
  });
});

describe('compared with a bound of ours', () => {
  test('at the same number of samples, above 0 is better', () => {
    const comparison = compareWithPaper(20, 1e6, -115.9);
    expect(comparison).toMatchObject({ at: 'inside' });
    expect((comparison as { difference: number }).difference).toBeCloseTo(8.3, 10);
  });

  test('of wake-sleep with wake-sleep', () => {
    const comparison = compareWithPaper(20, 2.5e8, -104.6, 'wake-sleep');
    expect((comparison as { difference: number }).difference).toBeCloseTo(-0.5, 10);
  });

  test('outside the curve its edge is said', () => {
    expect(compareWithPaper(20, 1000, -300)).toEqual({ at: 'before', edge: paperCurve(20)!.samples[0] });
    expect(compareWithPaper(20, 1e9, -98)).toEqual({ at: 'after', edge: 250_000_000 });
    expect(compareWithPaper(7, 1e6, -110)).toBeNull();
  });

  test('in words', () => {
    expect(differenceText(8.3)).toBe('8.3 nats better');
    expect(differenceText(-0.4)).toBe('0.4 nats worse');
    expect(differenceText(0.1)).toBe('the same within 0.1 nats');
    expect(differenceText(-0.04)).toBe('the same within 0.1 nats');
  });
});

describe('which runs repeat a panel', () => {
  const run = {
    preset: 'aevb',
    algorithm: 'aevb',
    layers: [784, 500, 10, 500, 784],
    fingerprint: MNIST_FINGERPRINTS[0]!,
  };

  test('the preset of the paper with its sizes on MNIST', () => {
    expect(paperPanel(run)).toEqual({ latent: 10, method: 'aevb' });
    expect(paperPanel({ ...run, layers: [784, 500, 200, 500, 784] })).toMatchObject({ latent: 200 });
  });

  test('the curve is that of the algorithm, whichever of the two presets it was asked for with', () => {
    for (const preset of ['aevb', 'wake-sleep'])
      for (const algorithm of ['aevb', 'wake-sleep'])
        expect(paperPanel({ ...run, preset, algorithm })).toEqual({ latent: 10, method: algorithm });
  });

  test.each([
    ['another preset', { preset: 'fast' }],
    ['a latent space that the figure has not', { layers: [784, 500, 2, 500, 784] }],
    ['other hidden layers', { layers: [784, 400, 10, 400, 784] }],
    ['more hidden layers', { layers: [784, 500, 200, 10, 200, 500, 784] }],
    ['no layers', { layers: [] }],
    ['a run of which nothing is known yet', { algorithm: '' }],
    ['other images', { fingerprint: '0'.repeat(64) }],
  ])('not: %s', (_, change) => {
    expect(paperPanel({ ...run, ...change })).toBeNull();
  });
});
