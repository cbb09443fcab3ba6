import { count, nats } from '../shared/format';
import type { ImageKey } from '../shared/image-key';
import type { RunSession } from '../shared/run-session';
import { Picture } from '../shared/ui/picture';
import { Posterior } from '../shared/ui/posterior';
import { Term } from '../shared/ui/term';
import { Checkbox } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { BoundRank } from './bound-rank';
import type { ShownCard } from './inspected';
import { Neighbours } from './neighbours';

/** Width of a picture that is aimed at, in px. */
const PICTURE_PIXELS = 148;

interface ImageCardProps {
  readonly session: RunSession;
  readonly imageKey: ImageKey;
  readonly card: ShownCard;
}

/** One image as the model sees it: pictures, bound, posterior, and the images nearest to it. */
export function ImageCardView({ session, imageKey, card }: ImageCardProps) {
  const { sortByKl } = session.state.value;
  return (
    <>
      <div class="card-pictures">
        <figure>
          <Picture pictures={card.original} alt={t('Original {0}', card.name)} width={PICTURE_PIXELS} />
          <figcaption>{t('original')}</figcaption>
        </figure>
        <figure>
          <Picture
            pictures={card.reconstructed}
            alt={t('Reconstruction of {0}', card.name)}
            width={PICTURE_PIXELS}
          />
          <figcaption>{t('reconstruction')}</figcaption>
        </figure>
      </div>
      <dl class="terms">
        <Term name="ELBO" value={t('{0} nats', nats(card.elbo))} strong />
        <Term name={t('reconstruction')} value={t('{0} nats', nats(card.reconstruction))} />
        <Term name={'\u2212 KL'} value={t('{0} nats', nats(card.kl))} />
      </dl>
      <BoundRank session={session} imageKey={imageKey} step={card.step} />
      <Posterior posterior={card} name={card.name} sortByKl={sortByKl} />
      <div class="switches">
        <Checkbox checked={sortByKl} onChange={(sorted) => session.state.update({ sortByKl: sorted })}>
          {t('Sort by KL')}
        </Checkbox>
        <span class="quiet card-step">{t('step {0}', count(card.step))}</span>
      </div>
      <Neighbours session={session} imageKey={imageKey} step={card.step} />
    </>
  );
}
