import type { Direction, SavedDirection } from '../../src/protocol/directions';
import { coordinate, count, images } from '../format';

/** Least images of a set that can be halved and scored. */
const LEAST_SCORED = 4;

/** A direction that was made or loaded. */
export interface ShownDirection extends Direction {
  readonly name: string;
  /** What A and B are; for a principal component its name, and nothing. */
  readonly from: string;
  readonly to: string;
  readonly run: string;
  /** Empty where it is not saved. */
  readonly file: string;
}

/** `label 3 → label 8`. */
export function wayOf({ from, to }: Pick<ShownDirection, 'from' | 'to'>): string {
  return to === '' ? from : `${from} \u2192 ${to}`;
}

/** What it was made of. */
export function madeOf({ counts, inBoth, to, run, step }: ShownDirection): string {
  const [a, b] = counts;
  const sets = to === '' ? images(a) : `${count(a)} and ${images(b)}`;
  const both = inBoth === 0 ? '' : `; ${count(inBoth)} were in both sets and are left out`;
  return `Posterior means of ${sets}${both}. Made with ${run} at step ${count(step)}.`;
}

/** What its score says, in one sentence. */
export function verdictOf({ score, to, counts }: Pick<ShownDirection, 'score' | 'to' | 'counts'>): string {
  if (to === '') return 'A principal component of all images: there are no two sets to score it with.';
  if (score === null) {
    const least = Math.min(...counts);
    return `Too few images to score it: the smaller set has ${least}, each needs at least ${LEAST_SCORED}.`;
  }
  const { agreement, effect } = score;
  const holds = (effect.value ?? 0) > effect.chance95 && (agreement.value ?? 0) > agreement.chance95;
  if (!holds)
    return 'No better than chance: random divisions of the same images give a direction that does as well.';
  const size = effect.value! >= 0.8 ? 'clearly' : 'a little';
  return `It holds on images that it was not fitted on: these lie ${size} apart, ${coordinate(effect.value)} standard deviations.`;
}

export interface Misfit {
  /** It cannot be used at all. */
  readonly refused: boolean;
  readonly why: string;
}

/** What speaks against using a direction with a model: other dimensions, or other weights; null for nothing. */
export function misfitOf(
  { vector, run, step }: Pick<SavedDirection, 'vector' | 'run' | 'step'>,
  model: { readonly latent: number; readonly run: string; readonly step: number | null },
): Misfit | null {
  if (vector.length !== model.latent) {
    const why = `Made with ${vector.length} latent dimensions; this run has ${model.latent}. Make one with this run.`;
    return { refused: true, why };
  }
  if (run !== model.run)
    return {
      refused: false,
      why: `Made with another run, ${run}: on these weights it may mean something else.`,
    };
  if (model.step === null || step === model.step) return null;
  return {
    refused: false,
    why: `Made at step ${count(step)}, these weights are of step ${count(model.step)}: update the map and make it again to be exact.`,
  };
}
