import { untracked } from '@preact/signals';
import { imageName, isFileUri } from './image-key';
import type { ImageKey } from './image-key';
import type { Card, RunSession } from './run-session';
import type { SelectChoice } from './select-choice';
import { t } from './l10n';

/** An image in the tray: an encoded file, with its card, or a pinned image of the dataset. */
export interface TrayItem {
  readonly key: ImageKey;
  readonly name: string;
  /** Null for an image of the dataset. */
  readonly card: Card | null;
}

/** Returns the images of the tray, newest first: the encoded files and the pinned images of the dataset. */
export function trayItems(session: RunSession): readonly TrayItem[] {
  const { pinned, trayOrder } = session.state.value;
  const files = session.cards.map((card) => ({ key: card.uri, name: nameOf(card), card }));
  const images = pinned.map((key) => ({ key, name: imageName(key), card: null }));
  const place = (key: ImageKey): number => trayOrder.indexOf(key);
  return [...files, ...images].sort((a, b) => place(a.key) - place(b.key));
}

const nameOf = (card: Card): string => ('error' in card ? imageName(card.uri) : card.name);

/** Returns the keys of the images chosen in the tray, in the order of choice. */
export function chosenInTray(session: RunSession): readonly ImageKey[] {
  const usable = new Set(
    trayItems(session)
      .filter(({ card }) => card === null || !('error' in card))
      .map(({ key }) => key),
  );
  return session.state.value.trayChosen.filter((key) => usable.has(key));
}

export const isPinned = (session: RunSession, id: string): boolean => session.state.value.pinned.includes(id);

export function pin(session: RunSession, id: string): void {
  const { pinned, trayOrder } = session.state.value;
  if (pinned.includes(id)) return;
  session.state.update({
    pinned: [id, ...pinned],
    trayOrder: [id, ...trayOrder.filter((key) => key !== id)],
  });
}

export function unpin(session: RunSession, ids: readonly string[]): void {
  const { pinned, trayChosen } = session.state.value;
  const left = pinned.filter((id) => !ids.includes(id));
  if (left.length === pinned.length) return;
  session.state.update({ pinned: left, trayChosen: trayChosen.filter((id) => !ids.includes(id)) });
  session.changes.add({
    name: t('pinned images'),
    undo: () => session.state.update({ pinned }),
    redo: () => session.state.update({ pinned: left }),
  });
}

/** Takes images out of the tray: pinned ones are unpinned, encoded files forgotten. No file is touched. */
export async function removeFromTray(session: RunSession, keys: readonly ImageKey[]): Promise<void> {
  unpin(
    session,
    keys.filter((key) => !isFileUri(key)),
  );
  const uris = keys.filter(isFileUri);
  if (uris.length === 0) return;
  await session.attempt('action', () => session.client.call('removeCards', { uris }));
}

/**
 * Images that a view can start from: those of the tray, the inspector's, and some that were chosen earlier.
 * @param remembered keys of images
 */
export function imageChoices(session: RunSession, remembered: readonly ImageKey[]): readonly SelectChoice[] {
  const inTray = trayItems(session).filter(({ card }) => card === null || !('error' in card));
  const failed = (key: ImageKey): boolean => isFileUri(key) && !inTray.some((item) => item.key === key);
  const others = [session.inspector.image.value, ...remembered].filter(
    (key, i, all) =>
      key !== '' && all.indexOf(key) === i && !failed(key) && !inTray.some((item) => item.key === key),
  );
  return [
    ...inTray.map(({ key, name }) => ({ value: key, label: name })),
    ...others.map((key) => ({ value: key, label: imageName(key) })),
  ];
}

/** Keys of removed files are kept so long, so that nothing that was seen counts as new. */
const MAX_REMEMBERED = 1000;

/**
 * Follows the host's cards: an image that was just encoded comes first in the tray and is shown by the inspector, also if it
 * could not be encoded.
 */
export function followCards(session: RunSession): void {
  let told = false;
  let before = 0;
  session.client.on('cardsChanged', () => (told = true));
  session.whenever(() => {
    if (session.cardsBusy) return;
    const uris = session.cards.map(({ uri }) => uri);
    const [newest] = uris;
    if (newest !== undefined) untracked(() => take(session, uris, told && uris.length >= before));
    told = false;
    before = uris.length;
  });
}

/** @param told whether the host has told of them, after none was removed: the first was encoded again, if none is new */
function take(session: RunSession, uris: readonly string[], told: boolean): void {
  const { seenCards, trayOrder } = session.state.value;
  const isNew = uris.some((uri) => !seenCards.includes(uri));
  const encoded = isNew || told;
  const first = uris.filter((uri, i) => !trayOrder.includes(uri) || (encoded && i === 0));
  if (isNew || first.length > 0)
    session.state.update({
      seenCards: union(uris, seenCards),
      trayOrder: union(first, trayOrder),
    });
  if (told) session.inspector.showImage(uris[0]!);
  // Encoded before the page was there: the command has said whether its pane is to be opened.
  else if (encoded) session.state.update({ inspected: uris[0]! });
}

const union = (first: readonly string[], then: readonly string[]): string[] =>
  [...new Set([...first, ...then])].slice(0, MAX_REMEMBERED);
