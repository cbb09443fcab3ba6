import { describe, expect, test } from 'vitest';
import { disentanglementText, evaluationFields, evaluationText } from '../../src/cli/evaluation-report';
import { perImageCsv } from '../../src/cli/per-image';
import { evenlySpread } from '../../src/model/evaluation';
import type { ModelEvaluation } from '../../src/model/evaluation';

const perImage = {
  elbo: Float64Array.of(-3, -5),
  reconstruction: Float64Array.of(-2, -3.5),
  kl: Float64Array.of(1, 1.5),
  logLikelihood: Float64Array.of(-2.5, -4.5),
};
const bound: ModelEvaluation = {
  count: 2,
  elbo: -4,
  reconstruction: -2.75,
  kl: 1.25,
  standardError: 1,
  klPerDimension: Float32Array.of(0.25, 1, 0),
  seed: 7,
  draws: 3,
  likelihood: 'bernoulli',
  binarisation: 'none',
  activeUnits: 2,
  bitsPerDimension: null,
  importance: null,
  logLikelihoodBitsPerDimension: null,
  posterior: {
    means: Float32Array.of(1, 2, 3, 4, 5, 6),
    variances: Float64Array.of(0.5, 0.25, 0),
    meanPosteriorVariances: Float64Array.of(0.5, 0.5, 1),
    activeUnits: 2,
  },
  perImage: { ...perImage, logLikelihood: null },
};
const estimated: ModelEvaluation = {
  ...bound,
  likelihood: 'discretized-logistic',
  bitsPerDimension: 5.7708,
  importance: { count: 2, k: 500, logLikelihood: -3.5, standardError: 1, perImage: perImage.logLikelihood },
  logLikelihoodBitsPerDimension: 5.0494,
  perImage,
};
const conditions = {
  ...{ split: 'test', step: 1200, label: 'a label', data: 'digits' },
  trainedIn: 'float32',
} as const;

describe('what is said of an evaluation', () => {
  test('the bound alone: no number without what it was measured under', () => {
    expect(evaluationText(bound, conditions)).toEqual([
      'test bound -4.00 = -2.75 - 1.25 nats per datapoint (standard error 1.00, 2 images)',
      '2 of 3 latent dimensions are active (their posterior mean varies over the images by more than 0.01)',
      'KL by dimension, nats: 1: 1.00, 0: 0.25, 2: 0.00',
      'digits, step 1,200, seed 7, draws 3; a label',
    ]);
  });

  test('of a model trained with bfloat16: that it is evaluated in single precision nevertheless', () => {
    const narrow = { ...conditions, trainedIn: 'bfloat16' } as const;
    expect(evaluationText(bound, narrow).at(-1)).toBe(
      'digits, step 1,200, seed 7, draws 3; a label; in float32, trained with bfloat16',
    );
    expect(evaluationFields(bound, narrow)).toMatchObject({ precision: 'float32', trainedIn: 'bfloat16' });
  });

  test('with L_k and a likelihood that has bits', () => {
    const lines = evaluationText(estimated, conditions);
    expect(lines[0]).toMatch(/; 5\.771 bits per dimension$/);
    expect(lines[1]).toMatch(/^test L_500 -3\.50 nats per datapoint \(standard error 1\.00\)/);
    expect(lines[1]).toMatch(/between the bound and log p\(x\); 5\.049 bits per dimension$/);
  });

  test('one image has no standard error', () => {
    expect(evaluationText({ ...bound, standardError: NaN }, conditions).join('\n')).toContain(
      'unknown: one image',
    );
  });

  test('many dimensions: the largest by name, the others together', () => {
    const klPerDimension = Float32Array.from({ length: 11 }, (_, d) => d / 2);
    const text = evaluationText({ ...bound, klPerDimension }, conditions).join('\n');
    expect(text).toContain('10: 5.00, 9: 4.50,');
    expect(text).toContain('3: 1.50, 3 others together 1.50');
  });

  test('as JSON: null for what was left out, and everything survives', () => {
    const { k, logLikelihood, bitsPerDimension } = evaluationFields(bound, conditions);
    expect([k, logLikelihood, bitsPerDimension]).toEqual([null, null, null]);
    const fields = JSON.parse(JSON.stringify(evaluationFields(estimated, conditions))) as object;
    expect(fields).toEqual({
      ...{ elbo: -4, reconstruction: -2.75, kl: 1.25, standardError: 1, count: 2, activeUnits: 2 },
      ...{ split: 'test', step: 1200, seed: 7, draws: 3, label: 'a label', data: 'digits' },
      ...{ precision: 'float32', trainedIn: 'float32' },
      ...{ likelihood: 'discretized-logistic', binarisation: 'none' },
      ...{ logLikelihood: -3.5, logLikelihoodStandardError: 1, k: 500 },
      ...{ klPerDimension: [0.25, 1, 0], posteriorMeanVariance: [0.5, 0.25, 0] },
      ...{ bitsPerDimension: 5.7708, logLikelihoodBitsPerDimension: 5.0494 },
    });
  });

  test('disentanglement says what each score was measured by', () => {
    const scores = { score: 0.25, perFactor: { slant: 0.25 } };
    const dci = { disentanglement: 0.5, completeness: 0.125, informativeness: 0.75, importance: [[1]] };
    const text = disentanglementText({ factors: ['slant'], mig: scores, sap: scores, dci }).join('\n');
    expect(text).toMatch(
      /factors slant:\n  MIG 0\.250 .*20 bins.*\n  SAP 0\.250 .*\n  DCI .*0\.500.*0\.125.*0\.750 \(lasso\)$/,
    );
  });
});

describe('a line for each image', () => {
  const dataset = { id: (index: number) => (index === 4 ? 'a, "b".png' : `${index}.png`) };

  test('ids are quoted where they must be', () => {
    expect(perImageCsv(dataset, Uint32Array.of(4, 9), perImage)).toBe(
      'id,elbo,reconstruction,kl,logLikelihood\n"a, ""b"".png",-3,-2,1,-2.5\n9.png,-5,-3.5,1.5,-4.5\n',
    );
  });

  test('without L_k, without its column', () => {
    const csv = perImageCsv(dataset, Uint32Array.of(4, 9), bound.perImage);
    expect(csv.split('\n')[0]).toBe('id,elbo,reconstruction,kl');
    expect(csv.split('\n')[2]).toBe('9.png,-5,-3.5,1.5');
  });
});

test('a limit takes images from all over the split, each once', () => {
  const rows = Uint32Array.from({ length: 10 }, (_, i) => 2 * i);
  expect(Array.from(evenlySpread(rows, 4))).toEqual([0, 4, 10, 14]);
  expect(evenlySpread(rows, 10)).toEqual(rows);
  expect(evenlySpread(rows, Infinity)).toEqual(rows);
  expect(Array.from(evenlySpread(rows, 1))).toEqual([0]);
});
