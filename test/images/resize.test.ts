import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitImage, flatten } from '../../src/images/flatten';
import { croppedShare, filledPart, resample } from '../../src/images/resize';
import { pixelsOf } from '../datasets/fixtures';
import { imageSize } from '../../src/images/image-shape';
import type { ImageShape } from '../../src/images/image-shape';
import { imageReading } from '../../src/domain/reading';

const grey = (width: number, height: number): ImageShape => ({ width, height, channels: 1 });
const side = fc.integer({ min: 1, max: 40 });
const channels = fc.constantFrom(1 as const, 3 as const);
const shapes = fc.record({ width: side, height: side, channels });

describe('flatten', () => {
  it('takes the luma of Rec. 601, keeping greys as they are', () => {
    const data = Uint8Array.of(255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 77, 77, 77, 255);
    // 0.299 * 255 = 76.2, 0.587 * 255 = 149.7, 0.114 * 255 = 29.1
    expect([...flatten({ width: 4, height: 1, data }, 1)]).toEqual([76, 150, 29, 77]);
    expect([...flatten({ width: 4, height: 1, data }, 3).subarray(0, 6)]).toEqual([255, 0, 0, 0, 255, 0]);
  });

  it('lays transparency over white', () => {
    const data = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 51);
    expect([...flatten({ width: 3, height: 1, data }, 1)]).toEqual([255, 0, 204]);
    expect([...flatten({ width: 3, height: 1, data }, 3)]).toEqual([255, 255, 255, 0, 0, 0, 204, 204, 204]);
  });
});

describe('resample', () => {
  it('averages areas where it shrinks, rounding halves up', () => {
    const pixels = Uint8Array.of(0, 10, 20, 31, 0, 10, 20, 32);
    expect([...resample(pixels, grey(4, 2), grey(2, 1))]).toEqual([5, 26]);
  });

  it('shares a pixel between two where the ratio is no whole number', () => {
    // Three pixels onto two: each takes one and a half.
    expect([...resample(Uint8Array.of(0, 90, 240), grey(3, 3), grey(2, 2)).subarray(0, 2)]).toHaveLength(2);
    const rows = pixelsOf(grey(3, 3), (x) => [0, 90, 240][x]!);
    expect([...resample(rows, grey(3, 3), grey(2, 2))]).toEqual([30, 190, 30, 190]);
  });

  it('interpolates between pixel centres where it grows', () => {
    const pixels = pixelsOf(grey(2, 2), (x) => 100 * x);
    expect([...resample(pixels, grey(2, 2), grey(4, 4)).subarray(0, 4)]).toEqual([0, 25, 75, 100]);
  });

  it('crops to the middle', () => {
    const wide = pixelsOf(grey(6, 2), (x) => [9, 9, 50, 50, 9, 9][x]!);
    expect([...resample(wide, grey(6, 2), grey(1, 1))]).toEqual([50]);
    const tall = pixelsOf(grey(2, 6), (_, y) => [9, 9, 50, 70, 9, 9][y]!);
    expect([...resample(tall, grey(2, 6), grey(2, 2))]).toEqual([50, 50, 70, 70]);
  });

  it('converts channels', () => {
    expect([...resample(Uint8Array.of(7), grey(1, 1), { ...grey(1, 1), channels: 3 })]).toEqual([7, 7, 7]);
    expect([...resample(Uint8Array.of(255, 0, 0), { ...grey(1, 1), channels: 3 }, grey(1, 1))]).toEqual([76]);
  });

  it('keeps a constant constant, the bytes of an equal shape, and the range', () => {
    fc.assert(
      fc.property(shapes, shapes, fc.nat(255), (from, to, value) => {
        const flat = resample(new Uint8Array(imageSize(from)).fill(value), from, to);
        expect(flat.length).toBe(imageSize(to));
        expect(flat.every((byte) => byte === value)).toBe(true);
        const busy = pixelsOf(from, (x, y, c) => (x * 71 + y * 37 + c * 5) & 127);
        expect(resample(busy, from, from)).toEqual(busy);
        expect(Math.max(...resample(busy, from, to))).toBeLessThanOrEqual(127);
      }),
      { numRuns: 200 },
    );
  });

  it('commutes with mirroring', () => {
    fc.assert(
      fc.property(side, side, side, side, (width, height, toWidth, toHeight) => {
        const [from, to] = [grey(width, height), grey(toWidth, toHeight)];
        const busy = pixelsOf(from, (x, y) => (x * 71 + y * 37) & 255);
        const mirrored = resample(mirror(busy, width), from, to);
        const expected = mirror(resample(busy, from, to), toWidth);
        // Sums in the other order may fall on the other side of a half.
        mirrored.forEach((byte, i) => expect(Math.abs(byte - expected[i]!)).toBeLessThanOrEqual(1));
      }),
    );
  });
});

describe('pad', () => {
  const fitting = { fit: 'pad', background: '#102030' } as const;

  it('keeps the whole image in the middle of borders of the background colour', () => {
    const wide = pixelsOf(grey(4, 2), (x, y) => 10 * x + 100 * y);
    const colour = Math.round(0.299 * 0x10 + 0.587 * 0x20 + 0.114 * 0x30);
    const padded = resample(wide, grey(4, 2), grey(4, 4), fitting);
    const border = new Array<number>(4).fill(colour);
    expect([...padded]).toEqual([...border, 0, 10, 20, 30, 100, 110, 120, 130, ...border]);
    const tall = resample(Uint8Array.of(1, 2), grey(1, 2), { width: 4, height: 2, channels: 3 }, fitting);
    const edge = [0x10, 0x20, 0x30];
    expect([...tall.subarray(0, 12)]).toEqual([...edge, 1, 1, 1, ...edge, ...edge]);
  });

  it('shrinks by averages and grows by interpolation', () => {
    const wide = pixelsOf(grey(8, 4), (x) => 10 * x);
    expect([...resample(wide, grey(8, 4), grey(4, 4), { ...fitting, background: 'black' })]).toEqual([
      ...[0, 0, 0, 0, 5, 25, 45, 65, 5, 25, 45, 65, 0, 0, 0, 0],
    ]);
    const grown = resample(Uint8Array.of(0, 100), grey(2, 1), grey(4, 4), {
      ...fitting,
      background: 'white',
    });
    expect([...grown]).toEqual([
      ...new Array<number>(4).fill(255),
      ...[0, 25, 75, 100, 0, 25, 75, 100],
      ...new Array<number>(4).fill(255),
    ]);
  });

  // By ImageOps.contain of Pillow: size of the picture, limits, result.
  it.each([
    [
      [640, 480],
      [32, 32],
      [32, 24],
    ],
    [
      [480, 640],
      [32, 32],
      [24, 32],
    ],
    [
      [1000, 7],
      [28, 28],
      [28, 1],
    ],
    [
      [100, 33],
      [64, 64],
      [64, 21],
    ],
    [
      [37, 101],
      [64, 64],
      [23, 64],
    ],
    [
      [10, 20],
      [64, 32],
      [16, 32],
    ],
    [
      [3, 3],
      [5, 9],
      [5, 5],
    ],
  ] as const)('fills of %j in %j the part %j', ([w, h], [tw, th], [fw, fh]) => {
    expect(filledPart(grey(w, h), grey(tw, th), 'pad')).toEqual(grey(fw, fh));
  });
});

describe('stretch', () => {
  it('brings each axis to its side alone', () => {
    const wide = pixelsOf(grey(4, 1), (x) => 10 * x);
    const stretched = resample(wide, grey(4, 1), grey(2, 3), { fit: 'stretch', background: 'black' });
    expect([...stretched]).toEqual([5, 25, 5, 25, 5, 25]);
  });

  it('keeps a constant constant, with any shapes', () => {
    fc.assert(
      fc.property(shapes, shapes, fc.nat(255), (from, to, value) => {
        const flat = new Uint8Array(imageSize(from)).fill(value);
        const result = resample(flat, from, to, { fit: 'stretch', background: 'black' });
        expect(result).toEqual(new Uint8Array(imageSize(to)).fill(value));
        const padded = resample(flat, from, to, { fit: 'pad', background: 'black' });
        expect(padded.every((byte) => byte === value || byte === 0)).toBe(true);
        const { width, height } = filledPart(from, to, 'pad');
        if (value > 0)
          expect(padded.filter((byte) => byte === value)).toHaveLength(width * height * to.channels);
        expect(width === to.width || height === to.height).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

it('fits decoded images like their pixels, where the fast way applies and where not', () => {
  fc.assert(
    fc.property(shapes, side, side, fc.constantFrom('crop', 'pad', 'stretch'), (from, width, height, fit) => {
      const data = pixelsOf({ ...from, width: 4 * from.width }, (x, y) =>
        x % 4 === 3 ? 255 : (x * 71 + y * 37) & 255,
      );
      const image = {
        width: from.width,
        height: from.height,
        data: data.slice(0, 4 * from.width * from.height),
      };
      image.data.forEach((_, i) => (image.data[i] = i % 4 === 3 ? 255 : (i * i * 31 + i) & 255));
      const to = { width, height, channels: 3 } as const;
      const fitting = { fit, background: '#0a141e' } as const;
      const pixels = flatten(image, 3);
      expect(fitImage(image, to, { ...imageReading({}), ...fitting })).toEqual(
        resample(pixels, { ...from, channels: 3 }, to, fitting),
      );
    }),
    { numRuns: 300 },
  );
});

it('tells what share of an image is cropped', () => {
  expect(croppedShare({ width: 300, height: 100 }, { width: 32, height: 32 })).toBeCloseTo(2 / 3, 12);
  expect(croppedShare({ width: 100, height: 300 }, { width: 64, height: 32 })).toBeCloseTo(5 / 6, 12);
  expect(croppedShare({ width: 56, height: 28 }, { width: 64, height: 32 })).toBe(0);
  expect(croppedShare({ width: 7, height: 7 }, { width: 32, height: 32 })).toBe(0);
});

function mirror(pixels: Uint8Array, width: number): Uint8Array {
  return pixels.map((_, i) => pixels[i - (i % width) + (width - 1 - (i % width))]!);
}
