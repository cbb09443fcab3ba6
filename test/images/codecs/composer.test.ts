import { expect, it } from 'vitest';
import { Composer, placed } from '../../../src/images/codecs/composer';
import type { AnimationFrame } from '../../../src/images/codecs/composer';

const frame = (pixels: readonly number[][], rest: Partial<AnimationFrame> = {}): AnimationFrame => ({
  image: { width: pixels.length, height: 1, data: Uint8Array.from(pixels.flat()) },
  ...{ left: 0, top: 0, replaces: false, disposal: 'keep', ...rest },
});
const shown = (composer: Composer, ...args: Parameters<typeof frame>) =>
  Array.from({ length: 2 }, (_, x) => [...composer.show(frame(...args)).data.subarray(4 * x, 4 * x + 4)]);

it('composites by Porter and Duff', () => {
  const composer = new Composer(2, 1);
  composer.show(
    frame([
      [200, 100, 0, 102],
      [10, 20, 30, 255],
    ]),
  );
  // Over an opacity of 0.4, one of 0.6 makes 0.6 + 0.4 * 0.4 = 0.76; red is (50 * 0.6 + 200 * 0.16) / 0.76 = 81.6.
  const over = composer.show(
    frame([
      [50, 100, 250, 153],
      [0, 0, 0, 0],
    ]),
  ).data;
  expect([...over]).toEqual([82, 100, 197, 194, 10, 20, 30, 255]);
});

it('replaces, fills and restores', () => {
  const [red, green, none] = [
    [255, 0, 0, 255],
    [0, 255, 0, 255],
    [0, 0, 0, 0],
  ];
  const composer = new Composer(2, 1);
  expect(shown(composer, [red, red])).toEqual([red, red]);
  expect([...composer.show(frame([green], { left: 1, disposal: 'restore' })).data]).toEqual([
    ...red,
    ...green,
  ]);
  expect([...composer.show(frame([none], { replaces: true })).data]).toEqual([...none, ...red]);
  expect([...composer.show(frame([green], { disposal: 'fill' })).data]).toEqual([...green, ...red]);
  expect([...composer.show(frame([green], { left: 1, disposal: 'fill', filling: red })).data]).toEqual([
    ...none,
    ...green,
  ]);
  expect([...composer.show(frame([none])).data]).toEqual([...none, ...red]);
});

it('places a frame alone', () => {
  expect([...placed(frame([[1, 2, 3, 4]], { left: 1 }), 2, 1).data]).toEqual([0, 0, 0, 0, 1, 2, 3, 4]);
});
