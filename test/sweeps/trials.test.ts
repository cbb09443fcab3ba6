import { describe, expect, test } from 'vitest';
import { drawnValue, parseSpace, requestOf, trialsOf } from '../../src/sweeps/trials';
import { parseDimension } from '../../src/sweeps/values';

describe('values of a setting', () => {
  test('are separated by commas, lists of their own stand in brackets', () => {
    expect(parseDimension('latent', '8,16,32')).toEqual({ setting: 'latent', values: ['8', '16', '32'] });
    expect(parseDimension('hidden', '[500],[200,100]')).toEqual({
      ...{ setting: 'hidden', values: ['[500]', '[200,100]'] },
    });
    expect(parseDimension('range', '[0,255],[0,4095]')).toEqual({
      ...{ setting: 'range', values: ['[0,255]', '[0,4095]'] },
    });
  });

  test('may be named as in the configuration, and are listed by their short name', () => {
    expect(parseDimension('training.optimizer.learningRate', '1e-3,3e-4')).toEqual({
      ...{ setting: 'learningRate', values: ['1e-3', '3e-4'] },
    });
  });

  test('may be a range of numbers, logarithmic where ratios matter', () => {
    expect(parseDimension('learningRate', '1e-4..1e-2')).toEqual({
      ...{ setting: 'learningRate', low: 1e-4, high: 1e-2, scale: 'log', whole: false },
    });
    expect(parseDimension('beta', '0..4')).toMatchObject({ scale: 'linear', whole: false });
    expect(parseDimension('latent', '2..64')).toMatchObject({ scale: 'log', whole: true });
    expect(parseDimension('shift', '0..4')).toMatchObject({ scale: 'linear', whole: true });
  });

  test.each([
    ['latents', '8', "unknown setting 'latents'. Known settings: preset, seed, latent, hidden"],
    ['latent', '8,x', "latent: got 'x', expected a whole number from 1 to 4,096"],
    ['latent', '8,', "latent: got '', expected a whole number"],
    ['latent', '8,8.5', "latent: got '8.5', expected a whole number"],
    ['learningRate', '0', "learningRate: got '0', expected a number above 0"],
    ['learningRate', '1e-3,0.001', "learningRate: got '1e-3' twice, expected different values"],
    ['learningRate', '1e-2..1e-4', "learningRate: got '1e-2..1e-4', expected two of a number above 0"],
    ['optimizer', 'adam..sgd', "optimizer: got 'adam..sgd', expected one of sgd"],
    ['optimizer', 'adam,adamw', "optimizer: got 'adamw', expected one of sgd"],
    ['hidden', '[500,0]', "hidden: got '[500,0]', expected 1 to 8 whole numbers"],
    ['preset', 'slow', "preset: got 'slow', expected one of aevb"],
  ])('%s=%s is refused, with what is expected', (name, text, message) => {
    const parse = (): unknown => parseDimension(name, text);
    if (message.includes('twice')) expect(parse).toThrow('twice, expected different values');
    else expect(parse).toThrow(message);
  });
});

describe('combinations', () => {
  const { dimensions, shared } = parseSpace({
    learningRate: '1e-3,3e-4',
    latent: '8,16,32',
    minibatch: '50',
  });

  test('of a grid: all, the last setting first', () => {
    expect(shared).toEqual({ minibatch: '50' });
    const trials = trialsOf(dimensions, { kind: 'grid' });
    expect(trials.map(({ learningRate, latent }) => `${learningRate} ${latent}`)).toEqual([
      ...['1e-3 8', '1e-3 16', '1e-3 32', '3e-4 8', '3e-4 16', '3e-4 32'],
    ]);
  });

  test('drawn by chance: each once, the same for the same seed', () => {
    const draw = (trials: number, seed: number) => trialsOf(dimensions, { kind: 'random', trials, seed });
    expect(draw(4, 7)).toEqual(draw(4, 7));
    expect(draw(4, 7)).not.toEqual(draw(4, 8));
    const all = draw(6, 7).map((trial) => JSON.stringify(trial));
    expect(new Set(all).size).toBe(6);
    // More trials go on where fewer have ended.
    expect(draw(6, 7).slice(0, 4)).toEqual(draw(4, 7));
  });

  test('a setting under two names, too few and too many of them are refused', () => {
    expect(() => parseSpace({ learningRate: '1e-3,3e-4', 'training.optimizer.learningRate': '1' })).toThrow(
      'learningRate was given twice',
    );
    expect(() => trialsOf([], { kind: 'grid' })).toThrow('got no setting with several values');
    expect(() => trialsOf(dimensions, { kind: 'random', trials: 7, seed: 0 })).toThrow(
      'got 7 trials, but there are only 6 combinations',
    );
    const seeds = Array.from({ length: 1001 }, (_, i) => String(i));
    expect(() => trialsOf([{ setting: 'seed', values: seeds }], { kind: 'grid' })).toThrow(
      'got 1,001 combinations, expected at most 1,000',
    );
    const range = parseSpace({ learningRate: '1e-4..1e-2' }).dimensions;
    expect(() => trialsOf(range, { kind: 'grid' })).toThrow('got a range, which has no grid');
  });
});

describe('a value of a range', () => {
  const rate = parseDimension('learningRate', '1e-4..1e-2');

  test('is low (high / low)^u on a logarithmic scale, low + u (high - low) on a linear one', () => {
    expect(drawnValue(rate, 0.5)).toBe('0.001');
    expect(drawnValue(rate, 0.25)).toBe('0.0003162');
    expect(drawnValue(parseDimension('beta', '1..5'), 0.25)).toBe('2');
  });

  test('is whole where the setting is, and reaches both ends', () => {
    const shift = parseDimension('shift', '0..3');
    expect([0, 0.24, 0.26, 0.74, 0.76, 0.9999].map((u) => drawnValue(shift, u))).toEqual([
      '0',
      '0',
      '1',
      '2',
      '3',
      '3',
    ]);
    // Of 2 to 7 on a logarithmic scale, a half of the draws is below 4 = 2 * sqrt(8 / 2).
    const latent = parseDimension('latent', '2..7');
    expect([0, 0.49, 0.51, 0.9999].map((u) => drawnValue(latent, u))).toEqual(['2', '3', '4', '7']);
  });

  test('stays within its ends when it is rounded', () => {
    const narrow = parseDimension('learningRate', '0.00012345..0.00012346');
    expect(Number(drawnValue(narrow, 0.5))).toBeGreaterThanOrEqual(0.00012345);
    expect(Number(drawnValue(narrow, 0.5))).toBeLessThanOrEqual(0.00012346);
  });
});

test('a trial is the base with its values; preset and seed are values, too', () => {
  const base = {
    source: { kind: 'digits', count: 100, seed: 0 },
    preset: 'fast',
    seed: 3,
    set: { latent: '2' },
  } as const;
  expect(requestOf(base, { latent: '8', seed: '5', preset: 'aevb' })).toEqual({
    ...{ source: base.source, preset: 'aevb', seed: 5, set: { latent: '8' } },
  });
  expect(requestOf(base, { minibatch: '10' })).toEqual({ ...base, set: { latent: '2', minibatch: '10' } });
});
