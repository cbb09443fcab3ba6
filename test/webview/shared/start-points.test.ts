import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  anchorOf,
  pointKey,
  pointOf,
  startChoices,
  startKey,
  startPoint,
} from '../../../webview/shared/start-points';
import { sessionOn } from './session';

const FILE = 'file:///a.png';
const cards = [
  { uri: FILE, name: 'a.png' },
  { uri: 'file:///b.png', error: 'not an image' },
];

test('a point is kept with four decimals', () => {
  expect(pointKey(Float32Array.of(0.12344, -2, 0, 1 / 3))).toBe('z:0.1234,-2,0,0.3333');
});

test('a point that is kept comes back, to the fourth decimal', () => {
  const values = fc.array(fc.float({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(values, (numbers) => {
      const z = pointOf(pointKey(Float32Array.from(numbers)), numbers.length);
      if (z === null) return expect.unreachable();
      numbers.forEach((value, i) => {
        // Half of the last decimal, and what single precision takes from 100.
        expect(Math.abs(z[i]! - value)).toBeLessThan(0.00006);
      });
    }),
  );
});

test.each(['', 'image', 'origin', 'z:1', 'z:1,2,3', 'z:1,x', 'z:1,NaN', 'z:Infinity,1', 'z:1e99,0'])(
  '%j is no point of two dimensions',
  (kept) => {
    expect(pointOf(kept, 2)).toBeNull();
  },
);

test('the start is the inspector’s image, the origin without one, or what was chosen instead', async () => {
  const { session } = sessionOn({ cards: () => cards });
  await expect.poll(() => session.cards.length).toBe(2);
  expect(startPoint(session)).toEqual({ kind: 'origin' });
  session.inspector.showImage('7/1.png');
  expect(startPoint(session)).toEqual({ kind: 'image', key: '7/1.png' });
  session.inspector.showImage(FILE);
  expect(startPoint(session)).toEqual({ kind: 'image', key: FILE });
  // It could not be encoded.
  session.inspector.showImage('file:///b.png');
  expect(startPoint(session)).toEqual({ kind: 'origin' });
  session.inspector.showImage(FILE);
  session.state.update({ around: 'origin' });
  expect(startPoint(session)).toEqual({ kind: 'origin' });
  session.state.update({ around: 'z:1,2' });
  expect(startPoint(session)).toEqual({ kind: 'point', z: Float32Array.of(1, 2) });
  // Of a run with other dimensions.
  session.state.update({ around: 'z:1,2,3' });
  expect(startPoint(session)).toEqual({ kind: 'image', key: FILE });
});

test('origin, image and pinned place can be chosen, and a point that was chosen earlier', async () => {
  const { session } = sessionOn({ cards: () => cards });
  await expect.poll(() => session.cards.length).toBe(2);
  const values = (): string[] => startChoices(session).map(({ value }) => value);
  expect(values()).toEqual(['origin']);
  session.inspector.showImage('7/1.png');
  session.inspector.pin({ place: { z: Float32Array.of(0.5, 1) }, explanation: '' });
  expect(values()).toEqual(['origin', 'image', 'z:0.5,1']);
  session.state.update({ around: 'z:0.5,1' });
  expect(values()).toEqual(['origin', 'image', 'z:0.5,1']);
  session.inspector.pin(null);
  expect(startChoices(session).at(-1)).toEqual({ value: 'z:0.5,1', label: 'a chosen point' });
});

test('edits of one start point are not those of another', () => {
  const keys = [
    { kind: 'origin' },
    { kind: 'image', key: 'origin' },
    { kind: 'image', key: FILE },
    { kind: 'point', z: Float32Array.of(0, 0) },
  ] as const;
  expect(new Set(keys.map(startKey)).size).toBe(keys.length);
});

test('the engine is given a file by its URI, an image of the dataset by its mean, the origin by nothing', async () => {
  const mean = Float32Array.of(3, 4);
  const { session } = sessionOn({
    mapCards: ({ ids }) => ((ids as string[])[0] === 'gone' ? [] : [{ mean }]),
  });
  expect(await anchorOf(session, { kind: 'origin' })).toBeNull();
  expect(await anchorOf(session, { kind: 'image', key: FILE })).toEqual({ uri: FILE });
  expect(await anchorOf(session, { kind: 'image', key: '7/1.png' })).toEqual({ z: mean });
  expect(await anchorOf(session, { kind: 'point', z: mean })).toEqual({ z: mean });
  await expect(anchorOf(session, { kind: 'image', key: 'gone' })).rejects.toThrow('no image gone');
});
