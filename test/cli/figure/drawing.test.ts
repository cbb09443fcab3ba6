import { describe, expect, test } from 'vitest';
import { averageRows } from '../../../src/cli/figure/average';
import type { Drawing, PlotMark } from '../../../src/cli/figure/drawing';
import { placeOf, visibleParts } from '../../../src/cli/figure/plot';
import type { Plot } from '../../../src/cli/figure/plot';
import { toSvg } from '../../../src/cli/figure/svg';
import { svgToPng } from '../../../src/cli/figure/svg-to-png';
import { decodeImage } from '../../../src/images/codecs/decode';
import type { TrainRow } from '../../../src/domain/metrics';

const PLOT: Plot = { left: 10, top: 20, width: 300, height: 100, samples: [1e3, 1e6], bounds: [-150, -100] };
const drawing = (width: number, height: number, ...marks: PlotMark[]): Drawing => ({
  width,
  height,
  title: 'a <b> & "c"',
  description: 'bell \u0007',
  marks,
});

describe('a plot', () => {
  test('samples are placed by their logarithm, bounds upwards', () => {
    const [x, y] = placeOf(PLOT, 1e4, -110);
    expect(x).toBeCloseTo(10 + 100, 10);
    expect(y).toBeCloseTo(20 + 20, 10);
  });

  test('a curve is cut where it leaves the frame, and begins anew where it comes back', () => {
    const curve = { samples: [1e3, 1e4, 1e5, 1e6], bounds: [-160, -140, -160, -140] };
    const parts = visibleParts(PLOT, curve);
    // Half of each segment is inside: -150 is half way between -160 and -140.
    const expected = [
      [
        [60, 120],
        [110, 100],
        [160, 120],
      ],
      [
        [260, 120],
        [310, 100],
      ],
    ];
    expect(parts.map((part) => part.length)).toEqual([3, 2]);
    parts.flat().forEach((point, i) => {
      expect(point[0]).toBeCloseTo(expected.flat()[i]![0]!, 9);
      expect(point[1]).toBeCloseTo(expected.flat()[i]![1]!, 9);
    });
  });

  test('nothing of a curve outside; a bound that is no number is a gap', () => {
    expect(visibleParts(PLOT, { samples: [1e3, 1e6], bounds: [-300, -200] })).toEqual([]);
    expect(visibleParts(PLOT, { samples: [1e3, 1e4, 1e5], bounds: [-120, NaN, -120] })).toEqual([]);
  });
});

test('training rows are averaged within a twentieth of a decade, over the logarithm of samples', () => {
  const row = (samples: number, elbo: number): TrainRow => ({
    type: 'train',
    step: samples / 10,
    samples,
    seconds: 0,
    elbo,
    reconstruction: 0,
    kl: 0,
  });
  // 10^(61/20) is 1122: the first two rows are before it, the third after.
  const curve = averageRows([row(1000, -200), row(1100, -190), row(1130, -180), row(1140, NaN)]);
  expect(curve.bounds).toEqual([-195, -180]);
  expect(curve.samples[0]).toBeCloseTo(Math.sqrt(1000 * 1100), 8);
  expect(curve.samples[1]).toBeCloseTo(1130, 8);
  // One row that begins a group would stand for four.
  const noisy = averageRows([
    ...[1000, 1010, 1020, 1030].map((samples) => row(samples, -200)),
    row(1130, -250),
  ]);
  expect(noisy.bounds).toEqual([-210]);
});

describe('as PNG', () => {
  const pixels = async (one: Drawing, scale = 1) => {
    const { width, height, data } = await decodeImage(await svgToPng(toSvg(one), scale));
    expect([width, height]).toEqual([one.width * scale, one.height * scale]);
    return (x: number, y: number): number[] =>
      Array.from(data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4));
  };

  test('lines and dots lie where the drawing says, in its colours, on white', async () => {
    const line: PlotMark = {
      kind: 'stroke',
      points: [
        [-5, 5],
        [30, 5],
      ],
      colour: '#0000ff',
      width: 2,
    };
    const dot: PlotMark = { kind: 'dot', at: [10, 15], radius: 4, colour: '#ff0000' };
    for (const scale of [1, 2]) {
      const at = await pixels(drawing(20, 20, line, dot), scale);
      expect(at(10 * scale, 2 * scale)).toEqual([255, 255, 255, 255]);
      expect(at(10 * scale, 5 * scale)).toEqual([0, 0, 255, 255]);
      expect(at(10 * scale, 4 * scale)).toEqual([0, 0, 255, 255]);
      expect(at(10 * scale, 15 * scale)).toEqual([255, 0, 0, 255]);
    }
  });

  /** The box of what is dark. */
  async function inked(text: string, anchor: 'start' | 'middle' | 'end', upright = false): Promise<number[]> {
    const at = await pixels(
      drawing(200, 200, { kind: 'text', at: [100, 100], text, size: 24, colour: '#000000', anchor, upright }),
    );
    const all = Array.from({ length: 200 * 200 }, (_, i) => [i % 200, Math.floor(i / 200)] as const);
    const dark = all.filter(([x, y]) => at(x, y)[0]! < 128);
    const [xs, ys] = [dark.map(([x]) => x), dark.map(([, y]) => y)];
    return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  }
  const near = (got: readonly (number | undefined)[], expected: readonly number[]): void =>
    expected.forEach((value, i) => expect(Math.abs(got[i]! - value), String(got)).toBeLessThanOrEqual(3));

  test('text ends, begins or is centred where it should be, and can be turned', async () => {
    const [left, right, top, bottom] = await inked('HH', 'start');
    near([left, bottom], [100, 100]);
    const [width, height] = [right! - left!, bottom! - top!];
    // Capitals of the font are 0.66 of its size high.
    near([height], [24 * 0.66]);
    near(await inked('HH', 'middle'), [100 - width / 2, 100 + width / 2, 100 - height, 100]);
    near(await inked('HH', 'end'), [100 - width, 100, 100 - height, 100]);
    near(await inked('HH', 'middle', true), [100 - height, 100, 100 - width / 2, 100 + width / 2]);
  });

  test('each character that a figure says has a shape of its own', async () => {
    const all =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;-_+=/()\u2212\u00b1\u2019'";
    const shapes = new Set<string>();
    for (const character of `${all}\u0416\u03a3\u0159\u0142`) {
      const text: PlotMark = {
        kind: 'text',
        at: [4, 30],
        text: character,
        size: 24,
        colour: '#000000',
        anchor: 'start',
      };
      shapes.add(Buffer.from(await svgToPng(toSvg(drawing(40, 40, text)), 1)).toString('base64'));
    }
    expect(shapes.size).toBe(all.length + 4);
  });
});

describe('as SVG', () => {
  test('names are text, dashes and anchors are said, coordinates are short', () => {
    const svg = toSvg(
      drawing(
        40,
        30,
        {
          kind: 'stroke',
          points: [
            [1.23456, 2],
            [3, 4],
          ],
          colour: '#123456',
          width: 2,
          dash: [5, 3],
        },
        {
          kind: 'text',
          at: [5, 6],
          text: '<script>&',
          size: 11,
          colour: '#000000',
          anchor: 'end',
          upright: true,
        },
      ),
    );
    expect(svg).toContain('points="1.23,2 3,4"');
    expect(svg).toContain('stroke-dasharray="5 3"');
    expect(svg).toContain('text-anchor="end" transform="rotate(-90 5 6)">&lt;script&gt;&amp;</text>');
    expect(svg).toContain('<title>a &lt;b&gt; &amp; "c"</title>');
    expect(svg).toContain('<desc>bell \ufffd</desc>');
  });
});
