import { expect, test } from 'vitest';
import { RandomStream } from '../../../src/random/stream';
import { packIds, unpackIds } from '../../../webview/shared/packed-ids';
import { sessionOn } from './session';

const all = Array.from({ length: 20_000 }, (_, i) => `bilder/köln ${i}.png`);
const even = all.filter((_, i) => i % 2 === 0);

test('a set of images is packed as one bit for each image of the dataset', () => {
  // By hand: images 0, 3 and 9 of ten are the bits 1 + 8 of the first byte, and 2 of the second.
  const ten = all.slice(0, 10);
  expect(packIds([ten[9]!, ten[0]!, ten[3]!, 'not there.png'], ten).split(':')[1]).toBe(btoa('\x09\x02'));
  const draws = new RandomStream(7, 'shuffle').uniforms(0, all.length);
  const drawn = all.filter((_, i) => draws[i]! < 0.3);
  const packed = packIds(drawn.toReversed(), all);
  expect(packed.length).toBeLessThan(3400);
  expect(unpackIds(packed, all)).toEqual(drawn);
});

test('what was packed with other images, or is damaged, is no set', () => {
  const packed = packIds(even, all);
  expect(unpackIds(packed, all.slice(1))).toBeNull();
  expect(unpackIds(packed, all.toSpliced(5, 1, 'another.png'))).toBeNull();
  expect(unpackIds(packed, ['ab', 'c', ...all.slice(2)])).toBeNull();
  expect(unpackIds(`${packed.split(':')[0]}:no base64 at all`, all)).toBeNull();
  expect(unpackIds('', all)).toBeNull();
});

test('a large selection is there again after a reload, once the images of the dataset are known', () => {
  const first = sessionOn();
  first.session.selection.know(all);
  first.session.selection.set(even);
  expect(JSON.stringify(first.stored()).length).toBeLessThan(10_000);

  const { session } = sessionOn({}, first.stored());
  expect(session.selection.ids.value).toEqual([]);
  session.selection.know(all);
  expect(session.selection.ids.value).toEqual(even);

  const other = sessionOn({}, first.stored());
  other.session.selection.know(all.slice(1));
  expect(other.session.selection.ids.value).toEqual([]);
});

test('a large selection of other images is said to be gone, until something is selected', () => {
  const first = sessionOn();
  first.session.selection.know(all);
  first.session.selection.set(even);
  expect(first.session.selection.isLost.value).toBe(false);
  const { session } = sessionOn({}, first.stored());
  expect(session.selection.isLost.value).toBe(false);
  session.selection.know(all.slice(1));
  expect(session.selection.isLost.value).toBe(true);
  session.selection.set([all[1]!]);
  expect(session.selection.isLost.value).toBe(false);
});

test('a large selection is kept for the images that are shown now', () => {
  const first = sessionOn();
  first.session.selection.know(all);
  first.session.selection.set(even);
  const more = [...all, 'bilder/neu.png'];
  first.session.selection.know(more);
  const again = sessionOn({}, first.stored());
  again.session.selection.know(more);
  expect(again.session.selection.ids.value).toEqual(even);
});

test('a large selection that was made before the images are known is kept as soon as they are', () => {
  const first = sessionOn();
  first.session.selection.set(even);
  first.session.selection.know(all);
  const again = sessionOn({}, first.stored());
  again.session.selection.know(all);
  expect(again.session.selection.ids.value).toEqual(even);
});

test('a selection that was made meanwhile stays, and a cleared one does not come back', () => {
  const first = sessionOn();
  first.session.selection.know(all);
  first.session.selection.set(even);
  const second = sessionOn({}, first.stored());
  second.session.selection.set(['bilder/köln 1.png']);
  second.session.selection.know(all);
  expect(second.session.selection.ids.value).toEqual(['bilder/köln 1.png']);
  second.session.selection.set(even);
  second.session.selection.clear();
  const third = sessionOn({}, second.stored());
  third.session.selection.know(all);
  expect(third.session.selection.ids.value).toEqual([]);
});
