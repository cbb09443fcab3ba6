import { expect, test } from 'vitest';
import { figure3 } from '../../../src/cli/figure/figure3';
import type { LikelihoodPanel } from '../../../src/cli/figure/figure3';
import { toSvg } from '../../../src/cli/figure/svg';
import { figure3Curve } from '../../../src/paper/figure3';

const SAMPLES = [200_000, 1_000_000, 5_000_000];
const panel = (trainSize: number): LikelihoodPanel => ({
  trainSize,
  runs: [
    {
      method: 'aevb',
      train: { samples: SAMPLES, bounds: [-150, -140, -130] },
      test: { samples: SAMPLES, bounds: [-151, -142, -138] },
    },
  ],
});
const drawing = figure3([panel(1000), panel(50_000), panel(300)], 'Figure 3');
const strokesOf = (colour: string, dashed: boolean) =>
  drawing.marks.filter(
    (mark) =>
      mark.kind === 'stroke' &&
      mark.colour === colour &&
      (mark.dash !== undefined) === dashed &&
      // Not the legend, whose lines have two points.
      mark.points.length > 2,
  );

test('each panel has ours, and the paper\u2019s three algorithms where it has such a panel', () => {
  for (const colour of ['#c8500a', '#0068a8']) {
    expect(strokesOf(colour, false)).toHaveLength(3);
    expect(strokesOf(colour, true)).toHaveLength(2);
  }
  for (const colour of ['#555555', '#9a9a9a', '#0b7a5c', '#6db59f']) {
    expect(strokesOf(colour, false)).toHaveLength(0);
    expect(strokesOf(colour, true)).toHaveLength(2);
  }
});

test('curves lie where the axes say', () => {
  const ticks = drawing.marks.flatMap((mark) => (mark.kind === 'text' ? [mark] : []));
  const across = (text: string): number => ticks.find((tick) => tick.text === text)!.at[0];
  const up = (text: string): number => ticks.find((tick) => tick.text === text)!.at[1] - 4;
  const read = ([x, y]: readonly [number, number]): [number, number] => [
    10 ** (6 + (x - across('1M')) / (across('10M') - across('1M'))),
    -140 + (40 * (y - up('\u2212140'))) / (up('\u2212100') - up('\u2212140')),
  ];
  const points = (colour: string, dashed: boolean): [number, number][] => {
    const [first] = strokesOf(colour, dashed);
    return first?.kind === 'stroke' ? first.points.map(read) : [];
  };
  points('#c8500a', false).forEach(([samples, value], i) => {
    expect(samples / SAMPLES[i]!).toBeCloseTo(1, 2);
    expect(value).toBeCloseTo([-151, -142, -138][i]!, 1);
  });
  const theirs = figure3Curve(1000, 'test', 'aevb')!;
  const drawn = points('#c8500a', true);
  expect(drawn).toHaveLength(theirs.samples.length);
  drawn.forEach(([samples, value], i) => {
    expect(samples / theirs.samples[i]!).toBeCloseTo(1, 2);
    expect(value).toBeCloseTo(theirs.bounds[i]!, 1);
  });
});

test('titles, legend and description say what is what', () => {
  const svg = toSvg(drawing);
  for (const text of [
    '1,000 training images',
    '50,000 training images',
    'marginal log-likelihood, nats per datapoint',
    'AEVB, test (ours)',
    'wake-sleep, training (paper)',
    'Monte Carlo EM, test (paper)',
  ])
    expect(svg).toContain(`>${text}</text>`);
  expect(svg).not.toContain('Monte Carlo EM, test (ours)');
  expect(svg).toContain('1,000 training images, AEVB: test -138.0 after 5000000 samples');
});
