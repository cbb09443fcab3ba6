import type { ImageCard } from '../../src/domain/pictures';
import { imageName, isFileUri } from '../shared/image-key';
import type { ImageKey } from '../shared/image-key';
import { useQuery } from '../shared/use-query';
import type { RunSession } from '../shared/run-session';
import { t } from '../shared/l10n';

/** The card of an image, wherever the image was chosen. */
export interface ShownCard extends Omit<ImageCard, 'uri'> {
  /** Null if the image has no file of its own. */
  readonly uri: string | null;
}

/** What there is to show of the inspector's image. */
export type Inspected = { readonly key: ImageKey; readonly name: string } & (
  | { readonly state: 'none' }
  | { readonly state: 'waiting' }
  | { readonly state: 'card'; readonly card: ShownCard }
  /** `why` is empty if only the model cannot be asked. */
  | { readonly state: 'failed'; readonly why: string }
);

/** Returns the inspector's image with its card: an encoded file's from the host's cards, a dataset image's from the engine. */
export function useInspected(session: RunSession): Inspected {
  const key = session.inspector.image.value;
  const isFile = isFileUri(key);
  const asked = useQuery(session, 'inspected image', key === '' || isFile ? null : key, async (id) => {
    const [card] = await session.client.call('mapCards', { ids: [id] });
    return card ?? null;
  });
  const of = { key, name: imageName(key) };
  if (key === '') return { ...of, state: 'none' };
  if (isFile) return { ...of, ...fileState(session, key) };
  if (asked.answer?.question === key && asked.answer.answer !== null)
    return { ...of, state: 'card', card: asked.answer.answer };
  if (asked.isWaiting) return { ...of, state: 'waiting' };
  return { ...of, state: 'failed', why: asked.failure?.question === key ? asked.failure.message : '' };
}

type FileState =
  { state: 'waiting' } | { state: 'card'; card: ShownCard; name: string } | { state: 'failed'; why: string };

function fileState(session: RunSession, uri: string): FileState {
  const card = session.cards.find((each) => each.uri === uri);
  if (card === undefined)
    return session.cardsBusy
      ? { state: 'waiting' }
      : { state: 'failed', why: t('This file is not among the encoded images any more.') };
  if ('error' in card) return { state: 'failed', why: card.error };
  return { state: 'card', card, name: card.name };
}
