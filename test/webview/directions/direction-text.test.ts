import { describe, expect, test } from 'vitest';
import type { DirectionScore } from '../../../src/domain/direction';
import { endsText, mismatchOf, originText, verdictOf } from '../../../webview/directions/direction-text';
import type { ShownDirection } from '../../../webview/directions/direction-text';

const score = (effect: number | null, agreement: number | null = 0.9): DirectionScore => ({
  effect: { value: effect, chanceMean: 0, chance95: 0.5 },
  agreement: { value: agreement, chanceMean: 0, chance95: 0.3 },
  ...{ rounds: 200, seed: 0 },
});
const direction: ShownDirection = {
  ...{ name: 'to 8', from: 'label 3', to: 'label 8', run: 'run-1', file: '' },
  ...{ counts: [1234, 1], inBoth: 0, step: 24_000, fingerprint: '', score: score(2) },
  ...{ vector: new Float32Array(20), start: new Float32Array(20) },
};
const component: ShownDirection = { ...direction, from: 'PC 1', to: '', counts: [1500, 0], score: null };

test('a direction is named by its two ends, a component by itself', () => {
  expect(endsText(direction)).toBe('label 3 → label 8');
  expect(endsText(component)).toBe('PC 1');
});

test('its origin counts the images of both sets, and those of a component once', () => {
  expect(originText(direction)).toBe('Posterior means of 1,234 and 1 image. Made with run-1 at step 24,000.');
  expect(originText(component)).toBe('Posterior means of 1,500 images. Made with run-1 at step 24,000.');
});

test('images of both sets are excluded, and the origin says so', () => {
  expect(originText({ ...direction, counts: [10, 20], inBoth: 3 })).toBe(
    'Posterior means of 10 and 20 images; 3 are in both sets and are excluded. Made with run-1 at step 24,000.',
  );
});

describe('the verdict', () => {
  const CLEAR = /^It holds .*: they are clearly separated, by (\d\.\d\d) standard deviations\.$/;
  const SLIGHT = /^It holds .*: they are slightly separated, by (\d\.\d\d) standard deviations\.$/;
  const CHANCE = /^No better than chance:/;

  test.each([
    ['far apart', score(2.345), CLEAR],
    ['apart by the least that is clear', score(0.8), CLEAR],
    ['apart by less', score(0.79), SLIGHT],
    ['no further apart than by chance', score(0.5), CHANCE],
    ['apart, but with halves that agree by chance', score(2, 0.3), CHANCE],
    ['not varying along it', score(null), CHANCE],
    ['apart, with halves that have no angle', score(2, null), CHANCE],
  ])('of held-out images that are %s', (_how, own, expected) => {
    expect(verdictOf({ ...direction, score: own })).toMatch(expected);
  });

  test('has the effect in standard deviations', () => {
    expect(CLEAR.exec(verdictOf({ ...direction, score: score(2.345) }))?.[1]).toMatch(/^2\.3[45]$/);
    expect(SLIGHT.exec(verdictOf({ ...direction, score: score(0.625) }))?.[1]).toMatch(/^0\.6[23]$/);
  });

  test('needs four images in the smaller set, and two sets', () => {
    expect(verdictOf({ ...direction, counts: [100, 3], score: null })).toBe(
      'Too few images to score it: the smaller set has 3, each needs at least 4.',
    );
    expect(verdictOf(component)).toMatch(/^A principal component cannot be scored/);
  });
});

describe('a direction on a model', () => {
  const model = { latent: 20, run: 'run-1', step: 24_000 };

  test('of its own run and step fits, also while the step is not known', () => {
    expect(mismatchOf(direction, model)).toBeNull();
    expect(mismatchOf(direction, { ...model, step: null })).toBeNull();
  });

  test('of another dimension is refused, whatever the run', () => {
    for (const run of ['run-1', 'run-2'])
      expect(mismatchOf(direction, { ...model, run, latent: 2 })).toEqual({
        refused: true,
        why: 'Made with 20 latent dimensions; this run has 2. Make one with this run.',
      });
  });

  test('of another run, or of other weights of its run, is doubted', () => {
    expect(mismatchOf(direction, { ...model, run: 'run-2', step: 7 })).toEqual({
      refused: false,
      why: 'Made with another run, run-1. On these weights it may mean something else.',
    });
    const older = mismatchOf(direction, { ...model, step: 25_000 });
    expect(older?.refused).toBe(false);
    expect(older?.why).toMatch(/^Made at step 24,000, but these weights are from step 25,000\./);
  });
});
