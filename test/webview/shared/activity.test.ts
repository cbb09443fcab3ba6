import { describe, expect, test } from 'vitest';
import type { ValidationRow } from '../../../src/domain/metrics';
import { activityOf, newestKl, ranking } from '../../../webview/shared/activity';
import { collapseOf } from '../../../webview/dimensions/collapse';
import { Edits } from '../../../webview/dimensions/edits';

const row = (step: number, klPerDimension: number[]): ValidationRow => ({
  ...{ type: 'validation', step, samples: step * 100, seconds: 0, epoch: 0 },
  ...{ elbo: 0, reconstruction: 0, kl: 0 },
  klPerDimension,
});
const PLAIN = { estimator: 'analytic-kl', beta: 1, freeBits: 0 };

test('dimensions by falling KL, the dead ones apart; the threshold itself is alive', () => {
  expect(ranking([0.5, 0.0099, 2, NaN, 0.01, 2])).toEqual({ active: [2, 5, 0, 4], dead: [1, 3] });
});

test('the newest KL is that of a validation, or of an evaluation after it', () => {
  const evaluation = { klPerDimension: Float32Array.of(3), step: 7, split: 'test' };
  expect(newestKl(undefined, null)).toBeNull();
  expect(newestKl(row(7, [1]), evaluation)).toMatchObject({ klPerDimension: [1], of: 'validation images' });
  expect(newestKl(row(6, [1]), evaluation)).toMatchObject({ step: 7, of: 'test images' });
  expect(newestKl(undefined, evaluation)).toMatchObject({ step: 7 });
});

describe('collapse', () => {
  const say = (rows: number[][], objective = PLAIN): string | null => {
    const points = activityOf(rows.map((kl, i) => row(i, kl)));
    const collapse = collapseOf(points, rows[0]?.length ?? 0, objective);
    return collapse && `${collapse.title} ${collapse.text}`;
  };
  const on = [1, 1, 1, 1];
  const off = [0, 0, 0, 0];

  test('a healthy model, a large space with silent dimensions, and a beginning are none', () => {
    expect(say([])).toBeNull();
    expect(say([on, on])).toBeNull();
    expect(say([[2, 0, 0, 0]])).toBeNull();
    expect(say([off, off])).toBeNull();
    expect(say([on, [1, 1, 0, 0]])).toBeNull();
  });

  test('all silent: from the third validation on, or at once after they were active', () => {
    expect(say([off, off, off])).toContain('the decoder ignores z');
    expect(say([on, off])).toContain('Posterior collapse.');
  });

  test('most fell silent', () => {
    expect(say([on, [1, 0, 0, 0]])).toContain('4 of 4 dimensions were active, now 1 is.');
  });

  test('the remedy is one that the run does not have yet', () => {
    expect(say([on, off])).toContain('free bits, such as 0.1');
    expect(say([on, off], { ...PLAIN, beta: 4 })).toContain('lower beta: this run has 4');
    expect(say([on, off], { ...PLAIN, freeBits: 0.5 })).toContain('more free bits than this run’s 0.5');
    expect(say([on, off], { ...PLAIN, estimator: 'sgvb-a' })).toContain(
      'the estimator analytic-kl instead of this run’s sgvb-a',
    );
  });
});

describe('edits', () => {
  test('survive as texts, and what is none does no harm', () => {
    const edits = Edits.from(['1=0.25', '3=-2', '9=1', 'x=1', '2=', '2=--1', '0=1e9'], 4);
    expect(edits.toTexts()).toEqual(['1=0.25', '3=-2']);
    const moved = edits.with(1, 0.5).with(0, 4);
    expect(Array.from(moved.applied(Float32Array.of(9, 9, 9, 9)))).toEqual([4, 0.5, 9, -2]);
    expect([edits.size, moved.size]).toEqual([2, 3]);
    expect(Array.from(edits.applied(Float32Array.of(9, 9, 9, 9)))).toEqual([9, 0.25, 9, -2]);
  });
});
