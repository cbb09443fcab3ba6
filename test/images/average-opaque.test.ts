import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitImage, flatten } from '../../src/images/flatten';
import { averageOpaque } from '../../src/images/average-opaque';
import { imageReading } from '../../src/domain/reading';
import { resample } from '../../src/images/resize';

const side = fc.integer({ min: 1, max: 5 });

function noise(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: 4 * width * height }, (_, i) =>
    i % 4 === 3 ? 255 : (i * i * 31 + i) % 256,
  );
}

it('is what weighing gives, to the byte', () => {
  fc.assert(
    fc.property(side, side, fc.integer({ min: 2, max: 17 }), fc.nat(3), (width, height, scale, margin) => {
      const from = { width: width * scale + 2 * margin, height: height * scale, channels: 3 } as const;
      const to = { width, height, channels: 3 } as const;
      const image = { ...from, data: noise(from.width, from.height) };
      const fast = averageOpaque(image, to);
      expect(fast === null).toBe(scale > 16);
      const exact = average(flatten(image, 3), from.width, { margin, scale }, to);
      expect(fast ?? exact).toEqual(exact);
      expect(fitImage(image, to, imageReading({}))).toEqual(exact);
      expect(resample(flatten(image, 3), from, to)).toEqual(exact);
    }),
  );
});

it('leaves pictures with an opacity to others', () => {
  const data = noise(4, 4);
  data[4 * 9 + 3] = 254;
  const to = { width: 2, height: 2, channels: 3 } as const;
  const image = { width: 4, height: 4, data };
  expect(averageOpaque(image, to)).toBeNull();
  expect(fitImage(image, to, imageReading({}))).toEqual(
    resample(flatten(image, 3), { ...image, channels: 3 }, to),
  );
});

/** Averages of squares of whole numbers, halves up. */
function average(
  pixels: Uint8Array,
  width: number,
  { margin, scale }: { margin: number; scale: number },
  to: { readonly width: number; readonly height: number },
): Uint8Array {
  return Uint8Array.from({ length: to.width * to.height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % to.width, Math.floor(i / 3 / to.width)];
    let sum = 0;
    for (let row = y * scale; row < (y + 1) * scale; row++) {
      for (let column = margin + x * scale; column < margin + (x + 1) * scale; column++) {
        sum += pixels[3 * (row * width + column) + (i % 3)]!;
      }
    }
    return Math.floor((2 * sum + scale * scale) / (2 * scale * scale));
  });
}
