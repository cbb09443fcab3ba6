import type { ValidationRow } from '../../src/domain/metrics';
import { t } from './l10n';

/** KL threshold in nats per image, averaged over images: a dimension below it carries no information and counts as dead. */
export const DEAD_BELOW = 0.01;

/** Latent dimensions sorted by KL in descending order, split into active and dead. */
export interface Ranking {
  readonly active: readonly number[];
  readonly dead: readonly number[];
}

/** Ranks latent dimensions by KL. @param klPerDimension nats, averaged over images */
export function ranking(klPerDimension: ArrayLike<number>): Ranking {
  const order = byFallingKl(klPerDimension);
  // A NaN KL also counts as dead.
  const isActive = (d: number): boolean => klPerDimension[d]! >= DEAD_BELOW;
  return { active: order.filter(isActive), dead: order.filter((d) => !isActive(d)) };
}

/** Returns dimension indices sorted by KL in descending order; NaN counts as 0, ties keep index order. */
export function byFallingKl(klPerDimension: ArrayLike<number>): number[] {
  return Array.from(klPerDimension, (_, d) => d).sort(
    (a, b) => (klPerDimension[b]! || 0) - (klPerDimension[a]! || 0) || a - b,
  );
}

/** Returns dimension indices by descending KL, or in index order if there is no KL yet. @param latent Nz */
export function dimensionsBy(kl: KlSource | null, latent: number): number[] {
  return kl === null ? Array.from({ length: latent }, (_, d) => d) : byFallingKl(kl.klPerDimension);
}

/** The number of active dimensions at one validation. */
export interface ActivityPoint {
  readonly samples: number;
  readonly step: number;
  readonly active: number;
}

/** Counts the active dimensions at each validation. */
export function activityOf(rows: readonly ValidationRow[]): ActivityPoint[] {
  return rows.map(({ samples, step, klPerDimension }) => ({
    samples,
    step,
    active: klPerDimension.filter((kl) => kl >= DEAD_BELOW).length,
  }));
}

/** KL per dimension (nats), from either a validation or an evaluation. */
export interface KlSource {
  readonly klPerDimension: ArrayLike<number>;
  readonly step: number;
  /** Localised description of the images that the KL is averaged over. */
  readonly of: string;
}

/** Returns whichever KL is newer, or null if there is neither. An evaluation wins only if its step is larger. */
export function newestKl(
  validation: ValidationRow | undefined,
  evaluation: { readonly klPerDimension: Float32Array; readonly step: number; readonly split: string } | null,
): KlSource | null {
  if (evaluation !== null && evaluation.step > (validation?.step ?? -1)) {
    const { klPerDimension, step, split } = evaluation;
    return { klPerDimension, step, of: t('{0} images', split) };
  }
  if (validation === undefined) return null;
  return { klPerDimension: validation.klPerDimension, step: validation.step, of: t('validation images') };
}
