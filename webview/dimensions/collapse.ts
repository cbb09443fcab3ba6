import type { ObjectiveView } from '../../src/protocol/panel';
import type { ActivityPoint } from '../shared/activity';
import { count } from '../shared/format';
import { t } from '../shared/l10n';

/** A warning about the use of the latent space, with a remedy. */
export interface Collapse {
  readonly title: string;
  readonly text: string;
}

/** Validations after which a model without active dimensions counts as collapsed rather than as just starting. */
const MIN_VALIDATIONS = 3;
/** Warns if the active dimensions drop below this share of their maximum. */
const TOLERATED_SHARE = 0.5;

/**
 * Detects posterior collapse: q(z|x) matches the prior in every dimension, or in most dimensions that were once active,
 * so the code carries no information about the image, or ever less. Inactive dimensions of a large latent space are
 * normal.
 * @param latent Nz
 * @returns null if there is nothing to warn about
 */
export function collapseOf(
  points: readonly ActivityPoint[],
  latent: number,
  objective: ObjectiveView | null,
): Collapse | null {
  const now = points.at(-1);
  if (now === undefined) return null;
  const limit = points.reduce((highest, { active }) => Math.max(highest, active), 0);
  if (now.active === 0 && (limit > 0 || points.length >= MIN_VALIDATIONS)) {
    const what = t('No latent dimension carries information about an image: the decoder ignores z.');
    return { title: t('Posterior collapse.'), text: `${what} ${remedyOf(objective)}` };
  }
  if (limit >= 2 && now.active < limit * TOLERATED_SHARE) {
    const what =
      now.active === 1
        ? t('{0} of {1} dimensions were active, now 1 is.', count(limit), count(latent))
        : t(
            '{0} of {1} dimensions were active, now {2} are.',
            count(limit),
            count(latent),
            count(now.active),
          );
    return { title: t('Dimensions are collapsing.'), text: `${what} ${remedyOf(objective)}` };
  }
  return null;
}

/** Suggests settings for retraining, limited to those that this product has. */
function remedyOf(objective: ObjectiveView | null): string {
  if (objective === null) return t('Train again with a lower beta or with free bits.');
  const { estimator, beta, freeBits } = objective;
  if (estimator !== 'analytic-kl')
    return t(
      'Train again with the estimator analytic-kl instead of this run’s {0}: it supports free bits and a lower beta.',
      estimator,
    );
  if (beta > 1) return t('Train again with a lower beta: this run has {0}, and 1 is the bound itself.', beta);
  if (freeBits === 0)
    return t('Train again with free bits, such as 0.1 nats per dimension, or with a beta below 1.');
  return t(
    'Train again with more free bits than this run’s {0} nats per dimension, or with a beta below 1.',
    freeBits,
  );
}
