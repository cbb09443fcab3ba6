import { FIGURE_2, FIGURE_2_SAMPLES, PAPER_LATENTS } from './figure2';
import type { PaperLatent, PaperMethod, PaperSplit } from './figure2';

/** A curve of one of the paper's figures. */
export interface PaperCurve {
  /** Training samples evaluated, ascending. */
  readonly samples: readonly number[];
  /** The lower bound (in Figure 3 the marginal log-likelihood) at each of these, in nats per datapoint. */
  readonly bounds: readonly number[];
}

export function isPaperLatent(latent: number): latent is PaperLatent {
  return (PAPER_LATENTS as readonly number[]).includes(latent);
}

/** Returns the figure's curve for `latent` dimensions; null if the paper has no such panel. */
export function paperCurve(
  latent: number,
  split: PaperSplit = 'test',
  method: PaperMethod = 'aevb',
): PaperCurve | null {
  if (!isPaperLatent(latent)) return null;
  const bounds = FIGURE_2[latent][method][split];
  return { samples: FIGURE_2_SAMPLES.slice(-bounds.length), bounds };
}

/**
 * Returns the paper's bound after `samples`, in nats per datapoint, interpolated linearly in log10(samples). Null outside the
 * curve's range, or if the paper has no such panel.
 */
export function paperBound(
  latent: number,
  samples: number,
  split: PaperSplit = 'test',
  method: PaperMethod = 'aevb',
): number | null {
  return valueAt(paperCurve(latent, split, method), samples);
}

/**
 * Returns the value of a curve after `samples`, interpolated as in `paperBound`; null outside its range, or without a curve.
 */
export function valueAt(curve: PaperCurve | null, samples: number): number | null {
  if (curve === null || !(samples >= curve.samples[0]! && samples <= curve.samples.at(-1)!)) return null;
  const next = Math.max(
    1,
    curve.samples.findIndex((value) => value >= samples),
  );
  const [from, to] = [Math.log10(curve.samples[next - 1]!), Math.log10(curve.samples[next]!)];
  const part = (Math.log10(samples) - from) / (to - from);
  return curve.bounds[next - 1]! * (1 - part) + curve.bounds[next]! * part;
}
