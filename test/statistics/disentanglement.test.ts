import { describe, expect, test } from 'vitest';
import { RandomStream } from '../../src/random/stream';
import { disentanglementCompletenessInformativeness as dci } from '../../src/statistics/dci';
import type { Codes, Factor } from '../../src/statistics/factor';
import { binned, entropy, mutualInformation } from '../../src/statistics/information';
import { lasso, standardised } from '../../src/statistics/lasso';
import { mutualInformationGap as mig } from '../../src/statistics/mig';
import { separatedAttributePredictability as sap } from '../../src/statistics/sap';

const COUNT = 4000;
const random = new RandomStream(8, 'sample');
const uniforms = (block: number): Float64Array => random.uniforms(block, COUNT);
const factorOf = (name: string, values: ArrayLike<number>): Factor => ({ name, kind: 'continuous', values });
/** Four independent factors, from -1 to 1. */
const truths = [0, 1, 2, 3].map((block) => uniforms(block).map((u) => 2 * u - 1));
const factors = truths.map((values, i) => factorOf(`factor ${i}`, values));
const noise = random.normals(9, COUNT * 6);

/** @param dimensions each a function of the datapoint's number */
function codesOf(...dimensions: ((i: number) => number)[]): Codes {
  const values = Float64Array.from({ length: COUNT * dimensions.length }, (_, at) =>
    dimensions[at % dimensions.length]!(Math.floor(at / dimensions.length)),
  );
  return { count: COUNT, dimensions: dimensions.length, values };
}

const truth = (factor: number) => (i: number) => truths[factor]![i]!;
const noisy = (column: number) => (i: number) => noise[column * COUNT + i]!;
/** One factor a dimension, in another order, scaled and turned round; two dimensions of nothing. */
const perfect = codesOf(
  truth(2),
  (i) => -3 * truth(0)(i) + 1,
  noisy(0),
  truth(1),
  noisy(1),
  (i) => 0.1 * truth(3)(i),
);
/** Every dimension has as much of every factor: the rows of a Hadamard matrix. */
const signs = [
  [1, 1, 1, 1],
  [1, -1, 1, -1],
  [1, 1, -1, -1],
  [1, -1, -1, 1],
];
const mixed = codesOf(
  ...signs.map((row) => (i: number) => row.reduce((sum, sign, k) => sum + sign * truth(k)(i), 0)),
);
const nothing = codesOf(noisy(2), noisy(3), noisy(4), noisy(5));

describe('perfectly disentangled codes', () => {
  test('MIG, SAP and DCI are near 1', () => {
    expect(mig(perfect, factors).score).toBeGreaterThan(0.93);
    expect(sap(perfect, factors).score).toBeGreaterThan(0.99);
    const { disentanglement, completeness, informativeness, importance } = dci(perfect, factors);
    expect(disentanglement).toBeGreaterThan(0.98);
    expect(completeness).toBeGreaterThan(0.98);
    expect(informativeness).toBeGreaterThan(0.99);
    // Dimension 0 is factor 2, and the noise of dimension 2 has no weight at all.
    expect(importance[0]!.indexOf(Math.max(...importance[0]!))).toBe(2);
    expect(importance[2]).toEqual([0, 0, 0, 0]);
  });

  test('a factor told by two dimensions: not complete, and no gap', () => {
    const doubled = codesOf(truth(0), truth(0), truth(1));
    const two = factors.slice(0, 2);
    expect(mig(doubled, two).perFactor).toMatchObject({ 'factor 0': 0 });
    expect(sap(doubled, two).perFactor['factor 0']).toBeCloseTo(0, 12);
    expect(sap(doubled, two).perFactor['factor 1']).toBeGreaterThan(0.99);
  });
});

describe('mixed codes', () => {
  test('scores are near 0, though a regression knows everything', () => {
    expect(mig(mixed, factors).score).toBeLessThan(0.03);
    expect(sap(mixed, factors).score).toBeLessThan(0.03);
    const { disentanglement, completeness, informativeness } = dci(mixed, factors);
    expect(disentanglement).toBeLessThan(0.01);
    expect(completeness).toBeLessThan(0.01);
    expect(informativeness).toBeGreaterThan(0.99);
  });

  test('turning two codes by an angle: the known shares of R² and of the lasso', () => {
    const angle = Math.PI / 8;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const turned = codesOf(
      (i) => c * truth(0)(i) - s * truth(1)(i),
      (i) => s * truth(0)(i) + c * truth(1)(i),
    );
    const two = factors.slice(0, 2);
    // R² of a factor on the dimensions is cos² and sin².
    expect(sap(turned, two).score).toBeCloseTo(c * c - s * s, 1);
    // Weights in proportion to cos and sin, less the penalty.
    const [p, q] = [(c - 0.02) / (c + s - 0.04), (s - 0.02) / (c + s - 0.04)];
    const expected = 1 + (p * Math.log(p) + q * Math.log(q)) / Math.log(2);
    expect(dci(turned, two).disentanglement).toBeCloseTo(expected, 1);
  });
});

test('codes of nothing', () => {
  expect(mig(nothing, factors).score).toBeLessThan(0.01);
  expect(sap(nothing, factors).score).toBeLessThan(0.01);
  expect(dci(nothing, factors).informativeness).toBeLessThan(0.01);
  const still = codesOf(
    () => 1,
    () => 2,
  );
  expect([mig(still, factors).score, sap(still, factors).score]).toEqual([0, 0]);
  expect(dci(still, factors)).toMatchObject({ disentanglement: 0, completeness: 0, informativeness: 0 });
});

describe('a class', () => {
  const label = Int32Array.from({ length: COUNT }, (_, i) => i % 5);
  const known: Factor = { name: 'label', kind: 'class', values: label };

  test('one that lies along a dimension, in pieces of any order, is told by it', () => {
    const place = [3, 0, 4, 1, 2];
    const codes = codesOf((i) => place[label[i]!]! + 0.3 * truth(0)(i), noisy(0));
    expect(mig(codes, [known]).score).toBeGreaterThan(0.95);
    // All right by one dimension, and one in five by the other.
    expect(sap(codes, [known]).score).toBeCloseTo(0.8, 1);
  });

  test('classes of other sizes count alike', () => {
    const rare = Int32Array.from({ length: COUNT }, (_, i) => Number(i % 100 < 4));
    const blind = sap(codesOf(noisy(0), noisy(1)), [{ name: 'rare', kind: 'class', values: rare }]);
    // Always saying the frequent one would be right 96 times in 100; balanced, any blind rule is right half of the time.
    expect(blind.score).toBeLessThan(0.15);
  });
});

describe('parts', () => {
  test('entropy and information of known tables, in nats', () => {
    const a = Int32Array.of(0, 0, 1, 1);
    const b = Int32Array.of(0, 1, 0, 1);
    expect(entropy(a)).toBeCloseTo(Math.log(2), 12);
    expect(mutualInformation(a, a)).toBeCloseTo(Math.log(2), 12);
    expect(mutualInformation(a, b)).toBeCloseTo(0, 12);
    // p(0,0) = 1/2, p(0,1) = p(1,1) = 1/4: H(a) + H(b) - H(a,b).
    const [x, y] = [Int32Array.of(0, 0, 0, 1), Int32Array.of(0, 0, 1, 1)];
    const three = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
    expect(mutualInformation(x, y)).toBeCloseTo(three + Math.log(2) - 1.5 * Math.log(2), 12);
  });

  test('bins have equal widths and hold both ends', () => {
    expect(Array.from(binned([0, 0.24, 0.25, 0.5, 0.99, 1], 4))).toEqual([0, 0, 1, 2, 3, 3]);
    expect(Array.from(binned([2, 2], 4))).toEqual([0, 0]);
  });

  test('the lasso of uncorrelated columns takes the penalty off each product', () => {
    const columns = [Float64Array.of(1, 1, -1, -1), Float64Array.of(1, -1, 1, -1)];
    const y = Float64Array.of(0.55, 0.45, -0.45, -0.55);
    const weights = lasso(columns, y, 0.1);
    expect(weights[0]).toBeCloseTo(0.4, 9);
    expect(weights[1]).toBe(0);
  });

  test('the lasso of correlated columns is where its conditions for a minimum hold', () => {
    const [common, rest] = [uniforms(25), uniforms(26)];
    const columns = [0, 1, 2].map((k) => standardised(uniforms(20 + k).map((u, i) => u + common[i]!)));
    const y = standardised(columns[0]!.map((value, i) => value - 0.5 * columns[2]![i]! + rest[i]!));
    const weights = lasso(columns, y, 0.05);
    const residual = y.map((value, i) => columns.reduce((left, x, j) => left - weights[j]! * x[i]!, value));
    columns.forEach((x, j) => {
      const slope = x.reduce((sum, value, i) => sum + value * residual[i]!, 0) / COUNT;
      if (weights[j] === 0) expect(Math.abs(slope)).toBeLessThan(0.05 + 1e-6);
      else expect(slope).toBeCloseTo(0.05 * Math.sign(weights[j]!), 5);
    });
  });

  test('codes and factors of different datapoints are refused', () => {
    expect(() => mig(perfect, [factorOf('short', [1, 2])])).toThrow('factor short: got 2 values');
    expect(() => sap(perfect, [])).toThrow('0 factors');
  });
});
