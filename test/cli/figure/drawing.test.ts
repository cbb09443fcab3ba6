import { describe, expect, test } from 'vitest';
import { averageRows } from '../../../src/cli/figure/average';
import { dashed } from '../../../src/cli/figure/dashes';
import type { Drawing, PlotMark } from '../../../src/cli/figure/drawing';
import { textStrokes } from '../../../src/cli/figure/glyphs';
import { placeOf, visibleParts } from '../../../src/cli/figure/plot';
import type { Plot } from '../../../src/cli/figure/plot';
import { rasterise } from '../../../src/cli/figure/raster';
import { toSvg } from '../../../src/cli/figure/svg';
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

test('dashes go on around a corner', () => {
  expect(
    dashed(
      [
        [0, 0],
        [10, 0],
        [10, 10],
      ],
      [6, 3],
    ),
  ).toEqual([
    [
      [0, 0],
      [6, 0],
    ],
    [
      [9, 0],
      [10, 0],
      [10, 5],
    ],
    [
      [10, 8],
      [10, 10],
    ],
  ]);
  expect(dashed([], [6, 3])).toEqual([]);
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

describe('as pixels', () => {
  const pixels = (one: Drawing, scale = 1) => {
    const { width, height, channels, bytes } = rasterise(one, scale);
    expect([width, height, channels]).toEqual([one.width * scale, one.height * scale, 3]);
    return (x: number, y: number): number[] =>
      Array.from(bytes.subarray(3 * (y * width + x), 3 * (y * width + x) + 3));
  };
  const line = (width: number, y: number): PlotMark => ({
    kind: 'stroke',
    points: [
      [-5, y],
      [30, y],
    ],
    colour: '#0000ff',
    width,
  });

  test('a line two pixels wide between two rows colours these two', () => {
    const at = pixels(drawing(20, 10, line(2, 5)));
    expect([3, 4, 5, 6].map((y) => at(10, y))).toEqual([
      [255, 255, 255],
      [0, 0, 255],
      [0, 0, 255],
      [255, 255, 255],
    ]);
  });

  test('a line along the middle of two rows covers half of each; a thin one, its width', () => {
    expect(pixels(drawing(20, 10, line(1, 5)))(10, 4)).toEqual([128, 128, 255]);
    // A quarter of 255 is left out.
    expect(pixels(drawing(20, 10, line(0.25, 5.5)))(10, 5)).toEqual([191, 191, 255]);
  });

  test('a corner is not drawn twice, and a dot is round', () => {
    const points = [
      [2, 5],
      [10, 5],
      [10, 5],
      [2, 5],
    ] as const;
    const twice = pixels(drawing(20, 10, { kind: 'stroke', points, colour: '#0000ff', width: 1 }));
    expect(twice(6, 4)).toEqual([128, 128, 255]);
    const dot = pixels(drawing(21, 21, { kind: 'dot', at: [10.5, 10.5], radius: 8, colour: '#ff0000' }));
    expect(dot(10, 3)).toEqual([255, 0, 0]);
    expect(dot(3, 4)).toEqual([255, 255, 255]);
  });

  test('text ends, begins or is centred where it should be, and can be turned', () => {
    const inked = (
      anchor: 'start' | 'middle' | 'end',
      upright: boolean,
    ): [number, number, number, number] => {
      const mark: PlotMark = {
        kind: 'text',
        at: [100, 100],
        text: 'HH',
        size: 24,
        colour: '#000000',
        anchor,
        upright,
      };
      const at = pixels(drawing(200, 200, mark));
      const all = Array.from({ length: 200 * 200 }, (_, i) => [i % 200, Math.floor(i / 200)] as const);
      const dark = all.filter(([x, y]) => at(x, y)[0]! < 128);
      const [xs, ys] = [dark.map(([x]) => x), dark.map(([, y]) => y)];
      return [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    };
    const near = (got: number, expected: number): void =>
      expect(Math.abs(got - expected)).toBeLessThanOrEqual(2);
    const { width } = textStrokes('HH', 24);
    const height = (24 * 7) / 9.6;
    const [left, right, top, bottom] = inked('start', false);
    near(left, 100);
    near(right, 100 + width);
    near(top, 100 - height);
    near(bottom, 100);
    near(inked('middle', false)[0], 100 - width / 2);
    near(inked('end', false)[1], 100);
    const turned = inked('middle', true);
    near(turned[0], 100 - height);
    near(turned[1], 100);
    near(turned[2], 100 - width / 2);
    near(turned[3], 100 + width / 2);
  });
});

describe('letters', () => {
  const UNKNOWN = JSON.stringify(textStrokes('\u2603', 10));

  test('there is one for whatever the figure says', () => {
    const all =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;-_+=/()\u2212\u00b1\u2019'";
    const shapes = [...all].map((character) => JSON.stringify(textStrokes(character, 10)));
    expect([...all].filter((_, i) => shapes[i] === UNKNOWN)).toEqual([]);
    // No two alike, but the apostrophes may be.
    expect(new Set(shapes).size).toBeGreaterThanOrEqual(all.length - 1);
  });

  test('no letter reaches above or below the line', () => {
    const ys = textStrokes('The quick brown fox jumps over the lazy dog, (0123456789)', 9.6)
      .strokes.flat()
      .map(([, y]) => y);
    expect(Math.min(...ys)).toBeGreaterThan(-8);
    expect(Math.max(...ys)).toBeLessThan(2.1);
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
