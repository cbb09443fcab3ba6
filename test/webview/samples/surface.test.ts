import { expect, test } from 'vitest';
import { chosenSurface, isSurfaceKnown } from '../../../webview/samples/surface';
import { RUN } from '../fake-host';
import { sessionOn } from '../shared/session';

const MANY = { ...RUN, latent: 20 };

test('which dimensions the grid shows is not known before the curve has come, unless they are chosen or all', () => {
  const unchosen = sessionOn({}, null, MANY).session;
  expect(isSurfaceKnown(unchosen)).toBe(false);
  unchosen.state.update({ across: 3 });
  expect(isSurfaceKnown(unchosen)).toBe(false);
  unchosen.state.update({ up: 20 });
  expect(isSurfaceKnown(unchosen)).toBe(false);
  unchosen.state.update({ up: 7 });
  expect(isSurfaceKnown(unchosen)).toBe(true);
  expect(chosenSurface(unchosen)).toEqual({ kind: 'dimensions', dimensions: [3, 7] });
  expect(isSurfaceKnown(sessionOn({}, null, { ...RUN, latent: 2 }).session)).toBe(true);
});

test('a plane through images does not need it', () => {
  const { session } = sessionOn({}, null, MANY);
  session.state.update({ surface: 'plane' });
  expect(isSurfaceKnown(session)).toBe(true);
});
