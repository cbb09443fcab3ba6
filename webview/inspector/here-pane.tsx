import { useEffect } from 'preact/hooks';
import type { DecodedPictures } from '../../src/domain/pictures';
import type { Probe } from '../../src/protocol/latent';
import { coordinate, count, nats, percent } from '../shared/format';
import { hereQuery, isSamePlace } from '../shared/here';
import type { LookedAt } from '../shared/inspector';
import type { RunSession } from '../shared/run-session';
import { exploreFrom } from '../shared/start-points';
import { NearImageList } from '../shared/ui/near-images';
import { ErrorText } from '../shared/ui/notice';
import { Picture } from '../shared/ui/picture';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { useHerePicture } from './here-picture';

const PICTURE_PIXELS = 148;
const NEAR_PIXELS = 56;

/**
 * What the decoder makes of the place under the mouse, or of the pinned one: its picture, how usual it is, and the images
 * nearest to it. Its height is fixed, so that nothing jumps while the mouse moves.
 */
export function HerePane({ session }: { readonly session: RunSession }) {
  const { inspector } = session;
  const looked = inspector.place.value;
  const query = hereQuery(session);
  const key = JSON.stringify([
    looked,
    session.weightsStep.value,
    session.engine.value,
    session.mapSet.value?.key,
  ]);
  useEffect(() => {
    if (looked !== null) query.pull(looked, key);
  }, [query, key]);
  const { answer } = query;
  const isKnown = answer !== null && looked !== null && isSamePlace(answer.question, looked);
  const own = useHerePicture(session, looked, isKnown);
  return (
    <section class="here" aria-label={t('Decoded here')}>
      {looked === null || answer === null ? (
        <p class="quiet hint">
          {t(
            'Move over the map or over the samples to decode there. A click beside the points, or on a sample, pins the place.',
          )}
        </p>
      ) : (
        <HereFacts session={session} probe={answer.answer} looked={answer.question} own={own} />
      )}
      <ErrorText text={looked === null ? '' : query.trouble} />
      {inspector.isPinned.value && (
        <div class="buttons">
          <Button onClick={() => inspector.pin(null)}>{t('Release')}</Button>
          {looked !== null && !('snapshot' in looked.place) && (
            <Button
              disabled={!isKnown}
              title={t('Moves the sliders of the latent dimensions from this point')}
              onClick={() => isKnown && exploreFrom(session, answer.answer.z)}
            >
              {t('Explore Around It')}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

interface HereFactsProps {
  readonly session: RunSession;
  readonly probe: Probe;
  readonly looked: LookedAt;
  /** The picture of the newest place, if the panel has decoded it itself. */
  readonly own: DecodedPictures | null;
}

function HereFacts({ session, probe, looked, own }: HereFactsProps) {
  const { norm, density, nearest, z } = probe;
  const usual = `\u221a${z.length} = ${coordinate(Math.sqrt(z.length))}`;
  const distance = nearest?.distances[0];
  return (
    <>
      <div class="here-body">
        <Picture
          pictures={own ?? probe.picture}
          alt={t('Decoded at |z| {0}', coordinate(norm))}
          width={PICTURE_PIXELS}
        />
        <dl class="probe-facts">
          <Fact
            name="|z|"
            value={`${coordinate(norm)} (${usual})`}
            title={t('The prior has nearly all its mass near |z| = √d')}
          />
          {density !== null && (
            <>
              <Fact
                name={t('log density')}
                value={t('{0} nats', nats(density.value))}
                title={t(
                  'Of the normal distribution fitted to the aggregate posterior of all encoded images',
                )}
              />
              <Fact
                name={t('density above')}
                value={t('{0} of images', percent(density.rank))}
                title={t('Of {0} encoded images, at their posterior means', count(density.images))}
              />
            </>
          )}
          {distance !== undefined && (
            <Fact
              name={t('nearest at')}
              value={coordinate(distance)}
              title={t('Euclidean distance to a posterior mean')}
            />
          )}
        </dl>
      </div>
      {'snapshot' in looked.place ? null : nearest === null ? (
        <p class="quiet">{t('Make the map to see the nearest images and the density at this point.')}</p>
      ) : (
        <NearImageList near={nearest} side={NEAR_PIXELS} onChoose={(id) => session.inspector.showImage(id)} />
      )}
      <p class="quiet here-explanation" title={coordinates(z)}>
        {explanationOf({ ...probe, step: own?.step ?? probe.step }, looked)}
      </p>
    </>
  );
}

function Fact({ name, value, title }: Readonly<Record<'name' | 'value' | 'title', string>>) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const coordinates = (z: Float32Array): string =>
  Array.from(z, (value, d) => `z${d} ${coordinate(value)}`).join(', ');

/** What the place is, which image it stands for, and that map and picture are of different steps. */
function explanationOf({ nearest, step, standsFor }: Probe, { place, explanation }: LookedAt): string {
  return [
    explanation === '' ? '' : `${explanation}.`,
    'snapshot' in place ? t('Decoded by the weights of step {0}.', count(step)) : '',
    standsFor === null
      ? ''
      : t('Here that is {0}, {1} away on the map.', standsFor.id, coordinate(standsFor.distance)),
    nearest === null || nearest.step === step
      ? ''
      : t('Map of step {0}, decoded at step {1}.', count(nearest.step), count(step)),
  ]
    .filter((text) => text !== '')
    .join(' ');
}
