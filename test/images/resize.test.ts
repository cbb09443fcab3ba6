import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatten } from '../../src/images/flatten';
import { resample } from '../../src/images/resize';
import { pixelsOf } from '../datasets/fixtures';
import { imageSize } from '../../src/images/image-shape';
import type { ImageShape } from '../../src/images/image-shape';

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

function mirror(pixels: Uint8Array, width: number): Uint8Array {
  return pixels.map((_, i) => pixels[i - (i % width) + (width - 1 - (i % width))]!);
}
