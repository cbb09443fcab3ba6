import type { ValidationRow } from '../../src/domain/metrics';
import { t } from './l10n';

/** A dimension whose KL is below this many nats per image, on average, tells nothing: it is dead. */
export const DEAD_BELOW = 0.01;

/** Dimensions by falling KL, those that tell something and those that do not. */
export interface Ranking {
  readonly active: readonly number[];
  readonly dead: readonly number[];
}

/** @param klPerDimension nats, means over images */
export function ranking(klPerDimension: ArrayLike<number>): Ranking {
  const order = byFallingKl(klPerDimension);
  // A KL that is no number counts as dead, too.
  const isActive = (d: number): boolean => klPerDimension[d]! >= DEAD_BELOW;
  return { active: order.filter(isActive), dead: order.filter((d) => !isActive(d)) };
}

export function byFallingKl(klPerDimension: ArrayLike<number>): number[] {
  return Array.from(klPerDimension, (_, d) => d).sort(
    (a, b) => (klPerDimension[b]! || 0) - (klPerDimension[a]! || 0) || a - b,
  );
}

/** Dimensions by falling KL; by number before anything was measured. @param latent Nz */
export function dimensionsBy(kl: KlSource | null, latent: number): number[] {
  return kl === null ? Array.from({ length: latent }, (_, d) => d) : byFallingKl(kl.klPerDimension);
}

/** How many dimensions were active at a validation. */
export interface ActivityPoint {
  readonly samples: number;
  readonly step: number;
  readonly active: number;
}

export function activityOf(rows: readonly ValidationRow[]): ActivityPoint[] {
  return rows.map(({ samples, step, klPerDimension }) => ({
    samples,
    step,
    active: klPerDimension.filter((kl) => kl >= DEAD_BELOW).length,
  }));
}

/** Which KL per dimension is the newest: that of a validation or that of an evaluation. */
export interface KlSource {
  readonly klPerDimension: ArrayLike<number>;
  readonly step: number;
  /** Of which images, for people. */
  readonly of: string;
}

/** @returns null where nothing was measured yet */
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
