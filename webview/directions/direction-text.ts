import { coordinate, count, images } from '../shared/format';
import { t } from '../shared/l10n';
import type { Direction, SavedDirection } from '../../src/domain/direction';
import { MIN_SCORED_IMAGES } from '../../src/domain/limits';

/** A direction just made or loaded from a file. */
export interface ShownDirection extends Direction {
  readonly name: string;
  /** Names of the sets A and B. A principal component has its name in `from`, and an empty `to`. */
  readonly from: string;
  readonly to: string;
  readonly run: string;
  /** Empty if the direction is not saved. */
  readonly file: string;
}

/** Returns a short description: `label 3 → label 8`. */
export function endsText({ from, to }: Pick<ShownDirection, 'from' | 'to'>): string {
  return to === '' ? from : `${from} \u2192 ${to}`;
}

/** Describes the images, run and step that the direction was made from. */
export function originText({ counts, inBoth, to, run, step }: ShownDirection): string {
  const [a, b] = counts;
  const sets = to === '' ? images(a) : t('{0} and {1}', count(a), images(b));
  const both = inBoth === 0 ? '' : t('; {0} are in both sets and are excluded', count(inBoth));
  return t('Posterior means of {0}{1}. Made with {2} at step {3}.', sets, both, run, count(step));
}

/** Summarises the score in one sentence. */
export function verdictOf({ score, to, counts }: Pick<ShownDirection, 'score' | 'to' | 'counts'>): string {
  if (to === '')
    return t('A principal component cannot be scored: there are no two sets to compare.');
  if (score === null) {
    const least = Math.min(...counts);
    return t(
      'Too few images to score it: the smaller set has {0}, each needs at least {1}.',
      least,
      MIN_SCORED_IMAGES,
    );
  }
  const { agreement, effect } = score;
  const holds = (effect.value ?? 0) > effect.chance95 && (agreement.value ?? 0) > agreement.chance95;
  if (!holds)
    return t(
      'No better than chance: random divisions of the same images give directions that score as well.',
    );
  const apart = coordinate(effect.value);
  return effect.value! >= 0.8
    ? t(
        'It holds on images that it was not fitted on: they are clearly separated, by {0} standard deviations.',
        apart,
      )
    : t(
        'It holds on images that it was not fitted on: they are slightly separated, by {0} standard deviations.',
        apart,
      );
}

export interface Mismatch {
  /** Whether the direction cannot be used at all. */
  readonly refused: boolean;
  readonly why: string;
}

/** Returns why a direction may not fit a model (other dimensions, other weights), or null if it fits. */
export function mismatchOf(
  { vector, run, step }: Pick<SavedDirection, 'vector' | 'run' | 'step'>,
  model: { readonly latent: number; readonly run: string; readonly step: number | null },
): Mismatch | null {
  if (vector.length !== model.latent) {
    const why = t(
      'Made with {0} latent dimensions; this run has {1}. Make one with this run.',
      vector.length,
      model.latent,
    );
    return { refused: true, why };
  }
  if (run !== model.run)
    return {
      refused: false,
      why: t('Made with another run, {0}. On these weights it may mean something else.', run),
    };
  if (model.step === null || step === model.step) return null;
  return {
    refused: false,
    why: t(
      'Made at step {0}, but these weights are from step {1}. Update the map and make the direction again to be exact.',
      count(step),
      count(model.step),
    ),
  };
}
