import type { SweepTrial, TrialState } from '../../src/domain/sweep';
import { t } from '../shared/l10n';

/** Returns what a trial is sorted by; null goes last, in either order. */
function sortValue(trial: SweepTrial, column: string): number | string | null {
  switch (column) {
    case 'rank':
      return trial.rank;
    case 'run':
      return trial.number;
    case 'state':
      return STATES.indexOf(trial.state);
    case 'bound':
      // The best one first, as by rank.
      return trial.bound === null ? null : -trial.bound;
    case 'ranking':
      return trial.ranking === null ? null : -trial.ranking.logLikelihood;
    case 'samples':
      return trial.samples;
    case 'seconds':
      return trial.seconds;
    default: {
      const text = trial.values[column];
      if (text === undefined) return null;
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
    }
  }
}

/** Sorts trials by a column: a fixed one, or a setting. Equal ones stay as they are, in the order of the sweep's ranking. */
export function sorted(trials: readonly SweepTrial[], column: string, descending: boolean): SweepTrial[] {
  const sign = descending ? -1 : 1;
  return [...trials].sort((a, b) => {
    const [x, y] = [sortValue(a, column), sortValue(b, column)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y);
    return sign * String(x).localeCompare(String(y), undefined, { numeric: true });
  });
}

const STATES: readonly TrialState[] = [
  ...(['training', 'finished', 'paused', 'outranked', 'interrupted', 'waiting', 'failed'] as const),
];

export function stateText(state: TrialState): string {
  switch (state) {
    case 'waiting':
      return t('waiting');
    case 'training':
      return t('training');
    case 'paused':
      return t('at a rung');
    case 'outranked':
      return t('stopped early');
    case 'interrupted':
      return t('interrupted');
    case 'finished':
      return t('finished');
    case 'failed':
      return t('failed');
  }
}
