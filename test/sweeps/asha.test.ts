import { describe, expect, test } from 'vitest';
import { nextTrial, stoppingFor } from '../../src/sweeps/asha';
import type { RungTrial } from '../../src/sweeps/asha';

const WAITING: RungTrial = { state: 'waiting', target: 0, bounds: [], final: null };

/**
 * Trains trials one after another to given bounds, and returns what was trained: `2>1` is the third trial on its way to the second
 * rung.
 * @param bounds of each trial at each rung, and at the end; null if it fails on the way there
 */
function play(bounds: readonly (readonly (number | null)[])[], rungs: readonly number[], reduction: number) {
  const trials = bounds.map(() => WAITING);
  const order: string[] = [];
  for (;;) {
    const next = nextTrial(trials, { rungs, reduction });
    if (next === null) return { order: order.join(' '), trials };
    const { index, target } = next;
    const bound = bounds[index]![target]!;
    order.push(`${index}>${target}`);
    const before = trials[index]!.bounds;
    trials[index] =
      bound === null
        ? { state: 'failed', target, bounds: before, final: null }
        : target === rungs.length
          ? { state: 'finished', target, bounds: before, final: bound }
          : { state: 'paused', target, bounds: [...before, bound], final: null };
  }
}

describe('rungs', () => {
  test('divide the whole training, as often as one trial comes to the end', () => {
    expect(stoppingFor(64_000, 16, 1000)).toEqual({ reduction: 4, rungs: [4000, 16_000] });
    expect(stoppingFor(64_000, 15, 1000)).toEqual({ reduction: 4, rungs: [16_000] });
    expect(stoppingFor(27_000, 27, 1000, 3)).toEqual({ reduction: 3, rungs: [1000, 3000, 9000] });
  });

  test('are not closer than validations', () => {
    expect(stoppingFor(64_000, 64, 4000)).toEqual({ reduction: 4, rungs: [4000, 16_000] });
    expect(() => stoppingFor(3999, 64, 1000)).toThrow(
      'got 3,999 samples, expected at least 4,000: a validation takes place every 1,000 samples',
    );
  });

  test('need as many trials as one is chosen from', () => {
    expect(() => stoppingFor(64_000, 3, 100)).toThrow('got 3 trials, expected at least 4');
  });
});

describe('decisions, worked out by hand', () => {
  test('eta 2, one rung, four trials: the second one beats the first, then the fourth is the second best', () => {
    // After two trials one of them may go on: trial 1 (-90 > -100). After four, two may: trials 3 (-80) and 1, which has gone on.
    const played = play(
      [
        [-100, 0],
        [-90, -70],
        [-110, 0],
        [-80, -60],
      ],
      [10],
      2,
    );
    expect(played.order).toBe('0>0 1>0 1>1 2>0 3>0 3>1');
  });

  test('eta 2, two rungs, five trials: the higher rung goes first', () => {
    // Rung 0 after trials 0 and 1: {0: -5, 1: -6}, trial 0 goes to rung 1. Trial 2 (-4): of three, one: trial 2, to rung 1 (-3).
    // Rung 1 has {0: -4.5, 2: -3}: trial 2 goes to the end. Trial 3 (-9): two of four: 2 and 0, both gone. Trial 4 (-1): two of five:
    // 4 and 2; 4 goes to rung 1 (-0.5): one of three there is trial 4, which goes to the end.
    const bounds = [
      [-5, -4.5, 0],
      [-6, 0, 0],
      [-4, -3, -2],
      [-9, 0, 0],
      [-1, -0.5, -0.4],
    ];
    expect(play(bounds, [10, 20], 2).order).toBe('0>0 1>0 0>1 2>0 2>1 2>2 3>0 4>0 4>1 4>2');
  });

  test('eta 4: nothing goes on before the fourth trial', () => {
    const bounds = [
      [-4, -1],
      [-3, -1],
      [-2, -1],
      [-1, 0],
      [-5, 0],
      [-6, 0],
      [-7, 0],
      [-8, 0],
    ];
    // Two of eight: trials 3 and 2.
    expect(play(bounds, [10], 4).order).toBe('0>0 1>0 2>0 3>0 3>1 4>0 5>0 6>0 7>0 2>1');
  });

  test('of equal bounds, the earlier trial goes on', () => {
    expect(
      play(
        [
          [-1, 0],
          [-1, 0],
        ],
        [10],
        2,
      ).order,
    ).toBe('0>0 1>0 0>1');
  });

  test('a failed trial counts as the worst, and is never trained again', () => {
    expect(
      play(
        [
          [-1, 0],
          [null, 0],
        ],
        [10],
        2,
      ).order,
    ).toBe('0>0 1>0 0>1');
    expect(
      play(
        [
          [null, 0],
          [null, 0],
        ],
        [10],
        2,
      ).order,
    ).toBe('0>0 1>0');
    // It had the best bound at rung 0, and fails on its way to the end: another one is not promoted for it.
    expect(
      play(
        [
          [-1, null],
          [-2, 0],
        ],
        [10],
        2,
      ).order,
    ).toBe('0>0 1>0 0>1');
  });

  test('a trial that ends by itself keeps its place at the rungs it would have come to', () => {
    const settled: RungTrial = { state: 'finished', target: 0, bounds: [], final: -1 };
    const at = (...bounds: number[]): RungTrial => ({
      ...{ state: 'paused', target: bounds.length - 1, bounds, final: null },
    });
    const stopping = { rungs: [10, 20], reduction: 2 };
    // It is the best of rung 0, where the best two of four go on: one more.
    expect(nextTrial([settled, at(-2), at(-3), at(-4)], stopping)).toEqual({ index: 1, target: 1 });
    // At rung 1 it is there by its final bound, and the better one of two.
    expect(nextTrial([settled, at(-2, -1.5), at(-3), at(-4)], stopping)).toBeNull();
    expect(nextTrial([settled, at(-2, -0.5), at(-3), at(-4)], stopping)).toEqual({ index: 1, target: 2 });
    // Not among the best of rung 0, it is not at rung 1 either: one of one there is none.
    const weak = { ...settled, final: -9 };
    expect(nextTrial([weak, at(-2, -1.5), at(-3), at(-4, -4)], stopping)).toEqual({ index: 1, target: 2 });
  });

  test('with two at once, a trial being trained is neither promoted nor waited for', () => {
    const training: RungTrial = { state: 'training', target: 0, bounds: [], final: null };
    const paused: RungTrial = { state: 'paused', target: 0, bounds: [-3], final: null };
    const stopping = { rungs: [10], reduction: 2 };
    expect(nextTrial([training, paused, WAITING], stopping)).toEqual({ index: 2, target: 0 });
    expect(nextTrial([training, paused], stopping)).toBeNull();
  });

  test('without rungs, trials are trained to their end in order', () => {
    expect(play([[-1], [-2], [null], [-3]], [], 4).order).toBe('0>0 1>0 2>0 3>0');
  });
});
