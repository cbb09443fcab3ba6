import { expect, test } from 'vitest';
import { averageOverDraws } from '../../src/engine/draws';

const NZ = 2;

/** Terms that tell which image and which noise they are of: pixel + 100 × the first number of the noise. */
function draw(calls: number[]) {
  return (images: Uint8Array, count: number, noise: Float32Array) => {
    calls.push(count);
    expect([images.length, noise.length]).toEqual([count, count * NZ]);
    return {
      reconstruction: Float32Array.from({ length: count }, (_, i) => images[i]! + 100 * noise[NZ * i]!),
      klPerDimension: Float32Array.from(
        { length: count * NZ },
        (_, i) => 10 * images[Math.floor(i / NZ)]! + (i % NZ),
      ),
    };
  };
}

/** Noise whose first number in each row is the draw's number. */
const numbered = (draws: number, count: number): Float32Array =>
  Float32Array.from({ length: draws * count * NZ }, (_, i) => Math.floor(i / (count * NZ)));

test.each([
  ['one image takes all its draws in one call', 1, 64, [64]],
  ['several images take as many draws as there is room for, and the rest', 3, 50, [126, 24]],
  ['many images take one draw a call', 100, 3, [100, 100, 100]],
  ['more images than there is room for, too', 300, 2, [300, 300]],
] as const)('%s', async (_, count, draws, expected) => {
  const images = Uint8Array.from({ length: count }, (_, i) => i % 250);
  const calls: number[] = [];
  const noise = numbered(draws, count);
  const bounds = await averageOverDraws({ images, count, noise, draws }, draw(calls));
  expect(calls).toEqual(expected);
  const middle = (100 * (draws - 1)) / 2;
  expect([...bounds.reconstruction]).toEqual(Array.from(images, (pixel) => Math.fround(pixel + middle)));
  expect([...bounds.klPerDimension]).toEqual(
    Array.from(images, (pixel) => [10 * pixel, 10 * pixel + 1]).flat(),
  );
});
