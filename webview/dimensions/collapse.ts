import type { ObjectiveView } from '../../src/protocol/panel';
import type { ActivityPoint } from '../shared/activity';
import { t } from '../shared/l10n';

/** What is wrong with the use of the latent space, in words, and what can be done about it. */
export interface Collapse {
  readonly title: string;
  readonly text: string;
}

/** Validations after which a model that tells nothing yet is no longer just beginning. */
const MIN_VALIDATIONS = 3;
/** Of the dimensions that were active at most, so many may fall silent without a word. */
const TOLERATED_SHARE = 0.5;

/**
 * Posterior collapse: q(z|x) is the prior in every dimension, or in most of those that were in use, so the code tells
 * nothing (or ever less) of the image. That a large latent space has silent dimensions is usual and no collapse.
 * @param latent Nz @returns null where there is nothing to say
 */
export function collapseOf(
  points: readonly ActivityPoint[],
  latent: number,
  objective: ObjectiveView | null,
): Collapse | null {
  const now = points.at(-1);
  if (now === undefined) return null;
  const most = points.reduce((highest, { active }) => Math.max(highest, active), 0);
  if (now.active === 0 && (most > 0 || points.length >= MIN_VALIDATIONS)) {
    const what = t('No latent dimension tells anything of an image: the decoder ignores z.');
    return { title: t('Posterior collapse.'), text: `${what} ${remedyOf(objective)}` };
  }
  if (most >= 2 && now.active < most * TOLERATED_SHARE) {
    const what =
      now.active === 1
        ? t('{0} of {1} dimensions were active, now 1 is.', most, latent)
        : t('{0} of {1} dimensions were active, now {2} are.', most, latent, now.active);
    return { title: t('Dimensions fall silent.'), text: `${what} ${remedyOf(objective)}` };
  }
  return null;
}

/** What to train anew with: only what this product has, as its command takes it. */
function remedyOf(objective: ObjectiveView | null): string {
  if (objective === null) return t('Train anew with a lower beta or with free bits.');
  const { estimator, beta, freeBits } = objective;
  if (estimator !== 'analytic-kl')
    return t(
      'Train anew with the estimator of this run, {0}, replaced (vae train --set estimator=analytic-kl): that one knows free bits and a lower beta.',
      estimator,
    );
  if (beta > 1)
    return t(
      'Train anew with a lower beta (vae train --set beta=1): this run has {0}, and 1 is the bound itself.',
      beta,
    );
  if (freeBits === 0)
    return t(
      'Train anew with free bits (vae train --set freeBits=0.1, in nats per dimension), or with a beta below 1.',
    );
  return t(
    'Train anew with more free bits than the {0} nats per dimension of this run, or with a beta below 1.',
    freeBits,
  );
}
