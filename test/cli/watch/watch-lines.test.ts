import { expect, test } from 'vitest';
import { CliOutput } from '../../../src/cli/output';
import { ChangeReport } from '../../../src/cli/watch/watch-lines';
import { watched } from './support';

function reporter(json: boolean) {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) };
  let time = 0;
  const report = new ChangeReport({ output: new CliOutput(stream, stream, json), now: () => time });
  /** What is printed for these runs at a time in ms. */
  const at = (ms: number, runs: Parameters<typeof report.look>[0], notices: string[] = []): string[] => {
    time = ms;
    written.length = 0;
    report.look(runs, notices);
    return [...written];
  };
  return at;
}

test('a line for a change of state, of a validation and of a message, and for progress every few seconds', () => {
  const at = reporter(false);
  const run = watched();
  expect(at(0, [run])).toEqual([
    'digits  training  25 %  bound -105.25  25,000 samples  12,346/s  1:15 left\n',
  ]);
  expect(at(1000, [run])).toEqual([]);
  expect(at(2000, [watched({ step: 251, samples: 25_100 })])).toEqual([]);
  expect(at(3000, [watched({ step: 251, bound: -104 })])).toHaveLength(1);
  expect(at(4000, [watched({ step: 252, bound: -104 })])).toEqual([]);
  expect(at(8000, [watched({ step: 252, bound: -104 })])).toHaveLength(1);
  expect(at(20_000, [watched({ step: 252, bound: -104 })])).toEqual([]);
  const ended = watched({
    step: 252,
    bound: -104,
    state: 'failed',
    message: 'disk\nfull',
    samplesPerSecond: null,
    secondsLeft: null,
  });
  expect(at(20_001, [ended])).toEqual(['digits  failed  bound -104.00  25,000 samples  disk\\nfull\n']);
});

test('bounds of training change with every row, and are told as progress', () => {
  const at = reporter(false);
  expect(at(0, [watched({ boundOf: 'training', bound: -110 })])[0]).toContain('bound training -110.00');
  expect(at(1000, [watched({ boundOf: 'training', bound: -109, step: 251 })])).toEqual([]);
  expect(at(2000, [watched({ boundOf: 'validation', bound: -109, step: 251 })])).toHaveLength(1);
});

test('runs that vanish and appear, and notices once while they last', () => {
  const at = reporter(true);
  const [a, b] = [watched({ name: 'a' }), watched({ name: 'b' })];
  const objects = (lines: string[]): unknown[] => lines.map((line) => JSON.parse(line) as unknown);
  expect(objects(at(0, [b, a]))).toMatchObject([
    { type: 'run', name: 'a' },
    { type: 'run', name: 'b' },
  ]);
  expect(objects(at(1, [b], ['x is a link']))).toEqual([
    { warning: 'x is a link' },
    { type: 'vanished', name: 'a', folder: '/runs/a' },
  ]);
  expect(at(2, [b], ['x is a link'])).toEqual([]);
  expect(objects(at(3, [b, a]))).toMatchObject([{ type: 'run', name: 'a' }]);
  expect(at(4, [b, a], ['x is a link'])).toHaveLength(1);
});

test('the object of a run has all that is known', () => {
  const at = reporter(true);
  expect(JSON.parse(at(0, [watched()])[0]!)).toEqual({
    ...{ type: 'run', name: 'digits', folder: '/runs/digits', state: 'training', message: '' },
    ...{ preset: 'fast', dataset: 'mnist', latent: 20, step: 250, samples: 25_000, totalSamples: 100_000 },
    ...{ samplesPerSecond: 12_345.6, secondsLeft: 75, bound: { elbo: -105.25, of: 'validation' } },
  });
});
