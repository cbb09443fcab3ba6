import { expect, test } from 'vitest';
import {
  chosenInTray,
  followCards,
  imageChoices,
  pin,
  removeFromTray,
  trayItems,
  unpin,
} from '../../../webview/shared/tray';
import { sessionOn } from './session';

const A = 'file:///a.png';
const B = 'file:///b.png';
const FAILED = 'file:///c.png';
const card = (uri: string) =>
  uri === FAILED ? { uri, error: 'not an image' } : { uri, name: uri.slice('file:///'.length) };

/** A session whose host has these encoded files, newest first. */
async function session(uris: string[], stored: unknown = null) {
  const encoded = [...uris];
  const { fake, ...made } = sessionOn(
    {
      cards: () => encoded.map(card),
      removeCards: (params) => {
        const gone = params['uris'] as string[];
        encoded.splice(0, encoded.length, ...encoded.filter((uri) => !gone.includes(uri)));
      },
    },
    stored,
  );
  followCards(made.session);
  await expect.poll(() => made.session.cardsBusy).toBe(false);
  const shown = (): string => made.session.inspector.image.value;
  const keys = (): string[] => trayItems(made.session).map(({ key }) => key);
  const change = async (now: string[]): Promise<void> => {
    encoded.splice(0, encoded.length, ...now);
    fake.emit('cardsChanged', {});
    await expect.poll(() => made.session.cards.map(({ uri }) => uri)).toEqual(now);
    await expect.poll(() => made.session.cardsBusy).toBe(false);
  };
  return { ...made, fake, shown, keys, change };
}

test('what was just encoded is shown, also if it failed or was encoded before; what is removed shows nothing', async () => {
  const { shown, change, session: run } = await session([A]);
  expect(shown()).toBe(A);
  await change([B, A]);
  expect(shown()).toBe(B);
  await change([FAILED, B, A]);
  expect(shown()).toBe(FAILED);
  expect(run.inspector.pane.value).toBe('image');
  run.inspector.showImage('7/1.png');
  await change([B, A]);
  expect(shown()).toBe('7/1.png');
  await change([B, A]);
  expect(shown()).toBe(B);
});

test('after a reload nothing that was there before is shown anew', async () => {
  const first = await session([B, A]);
  first.session.inspector.showImage('7/1.png');
  const second = await session([B, A], first.stored());
  expect(second.shown()).toBe('7/1.png');
  // Encoded while no page was there.
  const third = await session([FAILED, B, A], second.stored());
  expect(third.shown()).toBe(FAILED);
});

test('pinned images and encoded files share one order, newest first', async () => {
  const { session: run, keys, change } = await session([A]);
  pin(run, '7/1.png');
  expect(keys()).toEqual(['7/1.png', A]);
  await change([B, A]);
  expect(keys()).toEqual([B, '7/1.png', A]);
  await change([A, B]);
  expect(keys()).toEqual([A, B, '7/1.png']);
  unpin(run, ['7/1.png']);
  expect(keys()).toEqual([A, B]);
  run.changes.undo();
  expect(keys()).toEqual([A, B, '7/1.png']);
});

test('what failed cannot be chosen, and what is taken out is not chosen any more', async () => {
  const { session: run, keys, change } = await session([FAILED, B, A]);
  pin(run, '7/1.png');
  run.state.update({ trayChosen: [A, FAILED, '7/1.png', 'never/there.png', B] });
  expect(chosenInTray(run)).toEqual([A, '7/1.png', B]);
  await removeFromTray(run, ['7/1.png', B]);
  await change([FAILED, A]);
  expect(keys()).toEqual([FAILED, A]);
  expect(chosenInTray(run)).toEqual([A]);
});

test('a view starts from the images of the tray, the inspector’s, and those it remembers', async () => {
  const { session: run } = await session([FAILED, A]);
  run.inspector.showImage('7/1.png');
  const values = imageChoices(run, [A, '8/2.png', FAILED, 'file:///gone.png']).map(({ value }) => value);
  expect(values).toEqual([A, '7/1.png', '8/2.png']);
});
