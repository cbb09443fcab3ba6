import { describe, expect, test } from 'vitest';
import { categoryStyle, scaleColour, SHAPES } from '../../../webview/shared/palette';
import type { Rgb } from '../../../webview/shared/palette';

/** Colours as people with full, without red-, green- and blue-sensitive vision see them (Machado, Oliveira & Fernandes 2009). */
const VISION = {
  full: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

const linear = (channel: number): number =>
  channel / 255 <= 0.04045 ? channel / 255 / 12.92 : ((channel / 255 + 0.055) / 1.055) ** 2.4;
const luminance = ([r, g, b]: Rgb): number => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
const contrast = (a: Rgb, b: Rgb): number => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
};

/** CIELAB of a colour, seen through one of the above. */
function lab(colour: Rgb, matrix: readonly number[]): [number, number, number] {
  const light = colour.map(linear);
  const seen = [0, 3, 6].map((row) =>
    Math.min(
      1,
      Math.max(
        0,
        light.reduce((sum, value, i) => sum + matrix[row + i]! * value, 0),
      ),
    ),
  );
  const [r, g, b] = seen as [number, number, number];
  const f = (t: number): number => (t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const distance = (a: Rgb, b: Rgb, matrix: readonly number[]): number => {
  const [p, q] = [lab(a, matrix), lab(b, matrix)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
};

describe.each([
  ['a dark', false, [0x1f, 0x1f, 0x1f], 3],
  ['a bright', true, [255, 255, 255], 2.2],
] as const)('on %s ground', (_name, light, ground, least) => {
  const colours = Array.from({ length: 10 }, (_, i) => categoryStyle(i, light).colour);

  test('every colour stands out', () => {
    for (const colour of colours) expect(contrast(colour, ground)).toBeGreaterThanOrEqual(least - 0.01);
  });

  // A difference of 2.3 is just noticeable beside each other; these are points apart from each other.
  test.each(Object.entries(VISION))('ten categories are told apart with %s', (_vision, matrix) => {
    for (let i = 0; i < colours.length; i++)
      for (let j = 0; j < i; j++) expect(distance(colours[i]!, colours[j]!, matrix)).toBeGreaterThan(18);
  });

  test('no two of sixty look alike, nor do those after them', () => {
    const looks = Array.from({ length: 180 }, (_, i) => JSON.stringify(categoryStyle(i, light)));
    expect(new Set(looks).size).toBe(180);
    expect(categoryStyle(59, light).shape).toBeLessThan(SHAPES.length);
  });

  test('the scale rises in lightness for everyone', () => {
    for (const matrix of Object.values(VISION)) {
      const lightness = Array.from({ length: 21 }, (_, i) => lab(scaleColour(i / 20, light), matrix)[0]);
      for (let i = 1; i < lightness.length; i++)
        expect(lightness[i]! - lightness[i - 1]!).toBeGreaterThan(0.5);
    }
  });
});
