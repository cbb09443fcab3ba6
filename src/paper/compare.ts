import { paperBound, paperCurve } from './curve';
import type { PaperMethod } from './figure2';

/** Accuracy to which the figure can be read, in nats. */
export const READING_ACCURACY = 0.1;

/** One of our bounds compared with the paper's at the same number of samples, in nats per datapoint. */
export type PaperComparison =
  | { readonly at: 'inside'; readonly paper: number; readonly difference: number }
  | { readonly at: 'before' | 'after'; readonly edge: number };

/**
 * Compares a bound with the paper's test curve of the same method. `difference` is ours minus theirs: above 0, ours is better.
 * Outside the curve, `edge` is the number of samples where it begins or ends. Null if the paper has no panel for `latent`.
 */
export function compareWithPaper(
  latent: number,
  samples: number,
  bound: number,
  method: PaperMethod = 'aevb',
): PaperComparison | null {
  const curve = paperCurve(latent, 'test', method);
  if (curve === null) return null;
  const paper = paperBound(latent, samples, 'test', method);
  if (paper !== null) return { at: 'inside', paper, difference: bound - paper };
  const first = curve.samples[0]!;
  return samples < first ? { at: 'before', edge: first } : { at: 'after', edge: curve.samples.at(-1)! };
}

/**
 * Formats a difference as `8.3 nats better`, `0.4 nats worse`, or, to the accuracy of the figure, `the same within 0.1 nats`.
 */
export function differenceText(difference: number): string {
  const size = Math.abs(difference).toFixed(1);
  if (Number(size) <= READING_ACCURACY) return `the same within ${READING_ACCURACY} nats`;
  return `${size} nats ${difference > 0 ? 'better' : 'worse'}`;
}
