import { describe, expect, test } from 'vitest';
import type { Evaluation } from '../../../src/protocol/engine';
import { conditionsOf, measuresOf } from '../../../webview/train/measures';

const evaluation: Evaluation = {
  ...{ split: 'test', count: 1500, step: 24_000, samplesPerDatapoint: 1, seed: 7 },
  ...{ elbo: -104.31, reconstruction: -79.87, kl: 24.44, standardError: 1.12 },
  klPerDimension: new Float32Array(20),
  label: 'a label',
  activeUnits: 18,
  bitsPerDimension: null,
  importance: { k: 5000, value: -99.82, standardError: 1.09, bitsPerDimension: null },
};
const values = (of: Evaluation): string[][] => measuresOf(of).map(({ name, value }) => [name, value]);

describe('measures of an evaluation', () => {
  test('every number has its name, its standard error where it has one, and a meaning', () => {
    expect(values(evaluation)).toEqual([
      ['ELBO', '−104.31 ± 1.12'],
      ['Reconstruction', '−79.87'],
      ['KL', '24.44'],
      ['L with k = 5,000', '−99.82 ± 1.09'],
      ['Active units', '18 of 20'],
    ]);
    expect(measuresOf(evaluation).every(({ meaning }) => meaning !== '')).toBe(true);
  });

  test('bits are those of the better bound, and say so', () => {
    const bits = { ...evaluation.importance!, bitsPerDimension: 4.25 };
    const both = measuresOf({ ...evaluation, bitsPerDimension: 4.5, importance: bits });
    expect(both.find(({ name }) => name === 'Bits per dimension')).toMatchObject({
      value: '4.250',
      meaning: expect.stringContaining('importance-weighted') as string,
    });
    const one = measuresOf({ ...evaluation, bitsPerDimension: 4.5, importance: null });
    expect(one.find(({ name }) => name === 'Bits per dimension')).toMatchObject({
      value: '4.500',
      meaning: expect.stringContaining('ELBO') as string,
    });
  });

  test('an older engine says less, and one image has no standard error', () => {
    const older = { ...evaluation };
    for (const name of ['activeUnits', 'bitsPerDimension', 'importance'] as const)
      Reflect.deleteProperty(older, name);
    expect(values({ ...older, standardError: NaN })).toEqual([
      ['ELBO', '−104.31'],
      ['Reconstruction', '−79.87'],
      ['KL', '24.44'],
    ]);
  });

  test('the conditions name split, images, step, draws, seed, unit and likelihood', () => {
    expect(conditionsOf(evaluation)).toBe(
      '1,500 images of the test split · step 24,000 · 1 draw per image for the ELBO, seed 7 · nats per image · a label',
    );
  });
});
