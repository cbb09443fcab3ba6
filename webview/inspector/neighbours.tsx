import { count } from '../shared/format';
import { isFileUri } from '../shared/image-key';
import type { ImageKey } from '../shared/image-key';
import { useQuery } from '../shared/use-query';
import type { RunSession } from '../shared/run-session';
import { NearImageList } from '../shared/ui/near-images';
import { t } from '../shared/l10n';

const NEIGHBOUR_COUNT = 5;
const THUMBNAIL_PIXELS = 52;

interface NeighboursProps {
  readonly session: RunSession;
  readonly imageKey: ImageKey;
  /** Of the weights behind the card. */
  readonly step: number;
}

/** The images with the nearest posteriors; a click shows one in the place of this image. */
export function Neighbours({ session, imageKey, step }: NeighboursProps) {
  // Another encoding of all images has other neighbours.
  const question = { image: imageKey, map: session.mapSet.value?.key ?? '' };
  const asked = useQuery(session, 'neighbours', question, async ({ image }) => ({
    near: await session.client.call('neighbours', {
      of: isFileUri(image) ? { uri: image } : { id: image },
      count: NEIGHBOUR_COUNT,
    }),
  }));
  if (asked.failure?.question.image === imageKey) return <p class="quiet">{asked.failure.message}</p>;
  if (asked.answer?.question.image !== imageKey) return <div class="neighbours" />;
  const { near } = asked.answer.answer;
  if (near === null)
    return <p class="neighbours quiet">{t('With a map, the images nearest to this one are shown here.')}</p>;
  const other = near.step === step ? '' : `, ${t('encoded at step {0}', count(near.step))}`;
  return (
    <div class="neighbours">
      <h4>{`${t('Nearest by posterior (2-Wasserstein)')}${other}`}</h4>
      <NearImageList near={near} side={THUMBNAIL_PIXELS} onChoose={(id) => session.inspector.showImage(id)} />
    </div>
  );
}
