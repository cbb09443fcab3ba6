import type { EarlyStopping } from '../domain/sweep';
import { RequestError } from '../runs/request-error';
import { formatCount } from '../text/format-count';

/*
 * Asynchronous successive halving (ASHA; Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020,
 * arXiv:1810.05934, Algorithm 2), with stopping rate s = 0. A rung is a number of training datapoints; a trial stops there at a
 * checkpoint, and goes on if it belongs to the best 1/eta of the trials that have come to the rung so far. Whenever there is room, a
 * trial that may be promoted goes first, from the highest rung down; if there is none, the next new trial begins.
 */

/** eta in the paper's experiments. */
export const DEFAULT_REDUCTION = 4;

/** The part of a trial's state that decisions depend on. */
export interface RungTrial {
  readonly state: 'waiting' | 'training' | 'paused' | 'finished' | 'failed';
  /** The rung that it was last sent to, from 0; the number of rungs for the end of training. */
  readonly target: number;
  /** Validation bounds at the rungs that it has come to, from the lowest. */
  readonly bounds: readonly number[];
  /** Last validation bound of a trial that has finished; else null. A finished trial needs no more training to be promoted. */
  readonly final: number | null;
}

/**
 * Returns the rungs: `total` divided by the reduction once or several times. There are so few that, of so many trials, one comes to the
 * end (the assertion n >= eta^(s_max - s) of Algorithm 1), and that each rung has a validation.
 * @param total training datapoints of a whole training @param validation datapoints between two validations
 * @throws RequestError if there would be none
 */
export function stoppingFor(
  total: number,
  trials: number,
  validation: number,
  reduction = DEFAULT_REDUCTION,
): EarlyStopping {
  if (trials < reduction)
    throw new RequestError(
      `early stopping: got ${formatCount(trials)} trials, expected at least ${formatCount(reduction)}, as one of ${formatCount(reduction)} goes on at a rung`,
    );
  const rungs: number[] = [];
  for (let divisor = reduction; divisor <= trials && total / divisor >= validation; divisor *= reduction)
    rungs.unshift(Math.ceil(total / divisor));
  if (rungs.length > 0) return { reduction, rungs };
  throw new RequestError(
    `early stopping: got ${formatCount(total)} samples, expected at least ${formatCount(reduction * validation)}: a validation takes place every ${formatCount(validation)} samples, and the first rung is at one of ${formatCount(reduction)} parts of the training`,
  );
}

/**
 * Decides what to train next: a promotion, or else the next new trial.
 * @returns the index of a trial and the rung to train it to; null if there is nothing until another trial comes to a rung
 */
export function nextTrial(
  trials: readonly RungTrial[],
  { rungs, reduction }: EarlyStopping,
): { readonly index: number; readonly target: number } | null {
  const best = bestOfRungs(trials, rungs.length, reduction);
  for (let rung = rungs.length - 1; rung >= 0; rung--) {
    const index = best[rung]!.find(
      (each) => trials[each]!.state === 'paused' && trials[each]!.target === rung,
    );
    if (index !== undefined) return { index, target: rung + 1 };
  }
  const index = trials.findIndex(({ state }) => state === 'waiting');
  return index < 0 ? null : { index, target: 0 };
}

/** Returns for each rung the best 1/eta of the trials that have come to it, best first; of equal ones the earlier. */
function bestOfRungs(trials: readonly RungTrial[], rungs: number, reduction: number): number[][] {
  const best: number[][] = [];
  for (let rung = 0; rung < rungs; rung++) {
    const promoted = best[rung - 1] ?? [];
    const entries = trials.flatMap(({ state, target, bounds, final }, index) => {
      const bound = bounds[rung];
      if (bound !== undefined) return [{ index, bound }];
      // A trial that failed on the way counts as the worst one, or a failure would keep others from being promoted.
      if (state === 'failed' && target === rung) return [{ index, bound: -Infinity }];
      // One that ended by itself before the rung, its bound having settled, is there with that bound.
      const isThere = state === 'finished' && (target === rung || promoted.includes(index));
      return isThere ? [{ index, bound: final ?? -Infinity }] : [];
    });
    entries.sort((a, b) => b.bound - a.bound || a.index - b.index);
    best.push(entries.slice(0, Math.floor(entries.length / reduction)).map(({ index }) => index));
  }
  return best;
}
