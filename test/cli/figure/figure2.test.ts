import { expect, test } from 'vitest';
import { figure2 } from '../../../src/cli/figure/figure2';
import type { FigurePanel, FigureRun } from '../../../src/cli/figure/figure2';
import { toSvg } from '../../../src/cli/figure/svg';
import { paperCurve } from '../../../src/paper/curve';

const SAMPLES = [200_000, 500_000, 1_000_000, 2_000_000, 5_000_000];
const AEVB: FigureRun = {
  method: 'aevb',
  validation: { samples: SAMPLES, bounds: [-145, -130, -121, -114, -108] },
  training: { samples: SAMPLES, bounds: [-146, -131, -122, -115, -107] },
  test: { samples: 5_000_000, elbo: -107.5, standardError: 0.3 },
};
const WAKE_SLEEP: FigureRun = {
  method: 'wake-sleep',
  validation: { samples: SAMPLES, bounds: [-148, -139, -131, -125, -118] },
  training: { samples: SAMPLES, bounds: [-147, -138, -130, -124, -117] },
  test: { samples: 5_000_000, elbo: -118.5, standardError: 0.3 },
};
const panel = (latent: FigurePanel['latent']): FigurePanel => ({ latent, runs: [AEVB, WAKE_SLEEP] });
const svg = toSvg(figure2([panel(3), panel(20)], 'Figure 2 on mnist: AEVB'));

interface Line {
  readonly points: [number, number][];
  readonly colour: string;
  readonly dash: string | undefined;
}
const lines = [
  ...svg.matchAll(
    /<polyline points="([^"]*)" fill="none" stroke="(#\w+)"[^>]*?(?:stroke-dasharray="([^"]*)")?\/>/g,
  ),
].map(([, points, colour, dash]): Line => ({
  points: points!.split(' ').map((pair) => pair.split(',').map(Number) as [number, number]),
  colour: colour!,
  dash,
}));
const place = (text: string, nth = 0): [number, number] => {
  const found = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)<\/text>/g)].filter(
    (match) => match[3] === text,
  );
  return [Number(found[nth]![1]), Number(found[nth]![2])];
};

/** Values of a pixel, by the labels of the axes: how a person reads the picture. */
function read([x, y]: readonly [number, number], nth: number): [number, number] {
  const [million, ten] = [place('1M', nth)[0], place('10M', nth)[0]];
  // Labels stand 4 pixels below the line they belong to.
  const [low, high] = [place('\u2212140')[1] - 4, place('\u2212100')[1] - 4];
  return [10 ** (6 + (x - million) / (ten - million)), -140 + (40 * (y - low)) / (high - low)];
}

test('well-formed: every element is closed, in order', () => {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?: [\w:-]+="[^"<&]*")*)(\/?)>/g,
    (_all, closing: string, name: string, _attributes, alone: string) => {
      if (closing) expect(open.pop()).toBe(name);
      else if (!alone) open.push(name);
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
});

test.each([
  [0, 3],
  [1, 20],
] as const)('panel %i holds our curves and those of the paper, where its axes say', (nth, latent) => {
  const columns = [place('1M', 0)[0], place('1M', 1)[0]];
  const inPanel = (line: Line): boolean => {
    const middle = line.points[Math.floor(line.points.length / 2)]![0];
    const nearest = Math.abs(middle - columns[0]!) < Math.abs(middle - columns[1]!) + 100;
    return line.points.length > 3 && (nth === 0) === (line.points.at(-1)![0] < columns[1]! - 90 && nearest);
  };
  const own = lines.filter(inPanel);
  const curve = (colour: string, dash: string | undefined): [number, number][] =>
    own.find((line) => line.colour === colour && line.dash === dash)!.points.map((point) => read(point, nth));
  const expectCurve = (
    got: [number, number][],
    samples: readonly number[],
    bounds: readonly number[],
  ): void => {
    // A curve that enters the frame has the point of entry before its own.
    const inside = samples.map((at, i) => [at, bounds[i]!] as const).filter(([, bound]) => bound > -150);
    expect(got.length).toBeGreaterThanOrEqual(inside.length);
    const tail = got.slice(-inside.length);
    inside.forEach(([at, bound], i) => {
      expect(tail[i]![0] / at).toBeCloseTo(1, 2);
      expect(tail[i]![1]).toBeCloseTo(bound, 1);
    });
  };
  expectCurve(curve('#c8500a', undefined), SAMPLES, AEVB.validation.bounds);
  expectCurve(curve('#0068a8', undefined), SAMPLES, AEVB.training.bounds);
  expectCurve(curve('#555555', undefined), SAMPLES, WAKE_SLEEP.validation.bounds);
  expectCurve(curve('#9a9a9a', undefined), SAMPLES, WAKE_SLEEP.training.bounds);
  const theirs = paperCurve(latent)!;
  expectCurve(curve('#c8500a', '5 3'), theirs.samples, theirs.bounds);
  const wakeSleep = paperCurve(latent, 'test', 'wake-sleep')!;
  expectCurve(curve('#555555', '5 3'), wakeSleep.samples, wakeSleep.bounds);
});

test('axes and legend are labelled, and the description holds the numbers', () => {
  for (const text of [
    'Nz = 3',
    'Nz = 20',
    'training samples evaluated',
    'lower bound, nats per datapoint',
    'AEVB, validation (ours)',
    'wake-sleep, training (ours)',
    'AEVB, test (paper)',
    'wake-sleep, training (paper)',
  ])
    expect(svg).toContain(`>${text}</text>`);
  expect(svg).toContain('Nz 20, AEVB: test bound -107.5 after 5000000 samples');
});

test('an algorithm that was not run is in the legend as the paper\u2019s alone', () => {
  const alone = toSvg(figure2([{ latent: 3, runs: [AEVB] }], 'alone'));
  expect(alone).toContain('>wake-sleep, test (paper)</text>');
  expect(alone).not.toContain('wake-sleep, validation (ours)');
});

test('the frame is widened for few samples and low bounds, and nothing is drawn outside of it', () => {
  const run: FigureRun = {
    method: 'aevb',
    validation: { samples: [1000], bounds: [-210] },
    training: { samples: [500, 1000], bounds: [-400, -215] },
    test: { samples: 1000, elbo: -212, standardError: 8 },
  };
  const few: FigurePanel = { latent: 5, runs: [run] };
  const { marks, width, height } = figure2([few], 'few');
  const texts = marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
  expect(texts).toEqual(expect.arrayContaining(['1k', '\u2212220']));
  const dots = marks.flatMap((mark) => (mark.kind === 'dot' && mark.at[1] < 318 ? [mark] : []));
  expect(dots.map(({ radius }) => radius)).toEqual([2, 2.6]);
  const points = marks.flatMap((mark) => (mark.kind === 'stroke' ? mark.points : []));
  expect(points.every(([x, y]) => x >= 0 && x <= width && y >= 0 && y <= height)).toBe(true);
});
