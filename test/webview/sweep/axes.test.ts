import { describe, expect, test } from 'vitest';
import type { SweepTrial } from '../../../src/domain/sweep';
import { axesOf, colourPlace, isWithin, labelledStops } from '../../../webview/sweep/axes';
import { sorted } from '../../../webview/sweep/columns';
import { brushesText, parseBrushes } from '../../../webview/sweep/view-state';

const trial = (
  number: number,
  values: Record<string, string>,
  change: Partial<SweepTrial> = {},
): SweepTrial => ({
  ...{
    number,
    run: `s-t${number}`,
    state: 'finished',
    reason: '',
    values,
    bound: null,
    samples: 0,
    seconds: 0,
  },
  ...{ rungs: 0, ranking: null, rank: null, ...change },
});
const ranked = (logLikelihood: number): Partial<SweepTrial> => ({
  ranking: { logLikelihood, standardError: null, k: 20, images: 10 },
});

describe('axes', () => {
  test('of numbers of different sizes are logarithmic, of others linear, of words in their order', () => {
    const trials = [
      trial(1, { learningRate: '1e-4', latent: '8', activation: 'tanh' }),
      trial(2, { learningRate: '1e-3', latent: '12', activation: 'relu' }),
      trial(3, { learningRate: '1e-2', latent: '16', activation: 'tanh' }),
    ];
    const axes = axesOf({ settings: ['learningRate', 'latent', 'activation'], trials });
    const places = axes.map((axis) => trials.map((each) => axis.place(each)));
    expect(places[0]!.map((place) => place!.toFixed(6))).toEqual(['0.000000', '0.500000', '1.000000']);
    expect(places[1]).toEqual([0, 0.5, 1]);
    expect(places[2]).toEqual([0.25, 0.75, 0.25]);
    // No bound is known, so that there are no axes for them.
    expect(axes.map(({ label }) => label)).toEqual(['learningRate', 'latent', 'activation']);
  });

  test('of bounds are there once one is known; colours follow the bound that all trials have', () => {
    const trials = [
      trial(1, { latent: '8' }, { bound: -100, ...ranked(-95) }),
      trial(2, { latent: '16' }, { bound: -120, ...ranked(-85) }),
      trial(3, { latent: '32' }, { bound: -110 }),
      trial(4, { latent: '64' }),
    ];
    const axes = axesOf({ settings: ['latent'], trials });
    expect(axes.map(({ label }) => label)).toEqual(['latent', 'Validation bound', 'L₂₀']);
    expect(trials.map((each) => colourPlace(each, axes))).toEqual([1, 0, 0.5, null]);
    expect(axes[2]!.stops).toEqual([
      { place: 0, text: '\u221295.00' },
      { place: 1, text: '\u221285.00' },
    ]);
  });

  test('write all values if there is room for them, else the ends', () => {
    const many = Array.from({ length: 20 }, (_, i) => trial(i + 1, { latent: String(i + 1) }));
    const [axis] = axesOf({ settings: ['latent'], trials: many });
    expect(labelledStops(axis!).map(({ text }) => text)).toEqual(['1', '20']);
    const [few] = axesOf({ settings: ['latent'], trials: many.slice(0, 3) });
    expect(labelledStops(few!).map(({ text }) => text)).toEqual(['1', '2', '3']);
  });

  test('with one value stand in the middle', () => {
    const [axis] = axesOf({ settings: ['latent'], trials: [trial(1, { latent: '8' })] });
    expect(axis!.place(trial(1, { latent: '8' }))).toBe(0.5);
  });
});

describe('ranges', () => {
  const trials = [1, 2, 3].map((i) => trial(i, { latent: String(i) }, i === 3 ? {} : { bound: -i }));
  const axes = axesOf({ settings: ['latent'], trials });
  const within = (brushes: Parameters<typeof isWithin>[2]): number[] =>
    trials.filter((each) => isWithin(each, axes, brushes)).map(({ number }) => number);

  test('choose the trials that lie in all of them; one without a value lies in none', () => {
    expect(within(new Map())).toEqual([1, 2, 3]);
    expect(within(new Map([['setting latent', { low: 0.4, high: 1 }]]))).toEqual([2, 3]);
    expect(within(new Map([['bound', { low: 0, high: 1 }]]))).toEqual([1, 2]);
    const both = new Map([
      ['bound', { low: 0, high: 1 }],
      ['setting latent', { low: 0.4, high: 1 }],
    ]);
    expect(within(both)).toEqual([2]);
  });

  test('are kept as text, of which only ranges are read', () => {
    const brushes = new Map([['bound', { low: 0, high: 0.5 }]]);
    expect(parseBrushes(brushesText(brushes))).toEqual(brushes);
    expect(parseBrushes('{"a":{"low":1,"high":0},"b":null,"c":{"low":0}}')).toEqual(new Map());
    for (const text of ['', '[', 'null', '3']) expect(parseBrushes(text)).toEqual(new Map());
  });
});

describe('the table', () => {
  const trials = [
    trial(2, { latent: '16' }, { rank: 1, bound: -100, ...ranked(-90) }),
    trial(10, { latent: '8' }, { rank: 2, bound: -90, ...ranked(-95) }),
    trial(1, { latent: '100' }, { state: 'failed' }),
  ];
  const order = (column: string, descending = false): number[] =>
    sorted(trials, column, descending).map(({ number }) => number);

  test('is sorted by any column, numbers as numbers; what is unknown stays last', () => {
    expect(order('rank')).toEqual([2, 10, 1]);
    expect(order('rank', true)).toEqual([10, 2, 1]);
    expect(order('run')).toEqual([1, 2, 10]);
    expect(order('latent')).toEqual([10, 2, 1]);
    expect(order('latent', true)).toEqual([1, 2, 10]);
    // The best bound first.
    expect(order('bound')).toEqual([10, 2, 1]);
    expect(order('ranking')).toEqual([2, 10, 1]);
    expect(order('state')).toEqual([2, 10, 1]);
  });
});
