import { count } from '../shared/format';
import { isFileUri } from '../shared/image-key';
import type { ImageKey } from '../shared/image-key';
import type { RunSession } from '../shared/run-session';
import '../shared/ui/safe-text';
import { useQuery } from '../shared/use-query';
import { t } from '../shared/l10n';

interface BoundRankProps {
  readonly session: RunSession;
  readonly imageKey: ImageKey;
  /** Of the weights behind the card. */
  readonly step: number;
}

/** The place of a dataset image's bound among those of all images on the map; nothing for other files, or without a map. */
export function BoundRank({ session, imageKey, step }: BoundRankProps) {
  const map = session.mapSet.value?.key ?? '';
  const question = map === '' || isFileUri(imageKey) ? null : { id: imageKey, map };
  const asked = useQuery(session, 'bound rank', question, ({ id, map: key }) =>
    session.client.call('mapRanks', { key, ids: [id] }),
  );
  const { answer } = asked;
  const ranked = answer?.question.id === imageKey ? answer.answer.images[0] : undefined;
  if (question === null || answer === null || ranked === undefined) return null;
  const encoded =
    answer.answer.step === step ? '' : `, ${t('encoded at step {0}', count(answer.answer.step))}`;
  return (
    <p class="quiet" title={t('1 has the highest bound')}>
      {t('Rank {0} of {1} images by ELBO{2}', count(ranked.rank), count(ranked.of), encoded)}
    </p>
  );
}
