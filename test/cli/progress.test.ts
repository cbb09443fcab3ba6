import { expect, test } from 'vitest';
import { CliOutput } from '../../src/cli/output';
import { progressBar, progressLine, TrainingReport } from '../../src/cli/progress';
import type { EngineStatus } from '../../src/protocol/engine';
import type { ValidationRow } from '../../src/domain/metrics';

const status: EngineStatus = {
  state: 'training',
  message: '',
  runUri: 'file:///run',
  step: 100,
  samples: 25_000,
  totalSamples: 100_000,
  samplesPerSecond: 12_345.6,
  secondsLeft: 75,
  trainBound: -120.123,
  validationBound: null,
  engine: 'tensorflow (2 threads)',
};

const validation: ValidationRow = {
  type: 'validation',
  step: 100,
  samples: 25_000,
  seconds: 3,
  epoch: 1,
  elbo: -110,
  reconstruction: -90,
  kl: 20,
  klPerDimension: [20],
};

function streams(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { write: (text: string) => written.push(text), isTTY, columns: 200 } };
}

test('the bar has the bound, the speed and the time left', () => {
  expect(progressBar(status)).toBe(
    '[######..................] 25 %  bound -120.12  12,346 samples/s  1:15 left',
  );
  expect(progressLine(status)).toBe('25,000 samples   bound -120.12   12,346 samples/s   1:15 left');
});

test('without a terminal: no bar, validation at once, other lines every few seconds at most', () => {
  const { written, stream } = streams(false);
  let time = 0;
  const report = new TrainingReport('/run', new CliOutput(stream, stream, false), () => time);
  for (time = 0; time <= 12_000; time += 100) report.onStatus({ ...status, samples: time });
  report.onRow(validation);
  expect(written).toEqual([
    'run          /run\nengine       tensorflow (2 threads)\n',
    expect.stringContaining('5,000 samples'),
    expect.stringContaining('10,000 samples'),
    expect.stringContaining('-110.00 = -90.00 - 20.00'),
  ]);
  expect(written.join('')).not.toContain('\r');
});

test('epochs and samples stay apart, however many there are', () => {
  const { written, stream } = streams(false);
  const report = new TrainingReport('/run', new CliOutput(stream, stream, false), () => 0);
  report.onRow({ ...validation, epoch: 12_500, samples: 100_000_000 });
  expect(written.join('')).toContain('epoch 12,500 100,000,000 samples');
});

test('on a terminal the bar is removed before a line is written and comes back after it', () => {
  const { written, stream } = streams(true);
  const report = new TrainingReport('/run', new CliOutput(stream, stream, false), () => 0);
  report.onStatus(status);
  report.onRow(validation);
  report.end();
  const bar = `\r\u001b[2K${progressBar(status)}`;
  const clear = '\r\u001b[2K';
  expect(written.slice(1)).toEqual([bar, clear, expect.stringContaining('epoch 1'), bar, clear]);
});

test('with --json every row is one object a line and nothing else', () => {
  const { written, stream } = streams(true);
  const report = new TrainingReport('/run', new CliOutput(stream, stream, true), () => 0);
  report.onStatus(status);
  report.onRow(validation);
  expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
    { type: 'run', folder: '/run', engine: 'tensorflow (2 threads)' },
    validation,
  ]);
});

test('a time limit that comes before the planned end is what the time left and the bar tell', () => {
  const { written, stream } = streams(true);
  let time = 0;
  const report = new TrainingReport('/run', new CliOutput(stream, stream, false), () => time, 40);
  report.onStatus(status);
  time = 10_000;
  report.onStatus(status);
  expect(written.at(-1)).toContain('25 %');
  expect(written.at(-1)).toContain('0:30 left');
});

test('the report on the dataset follows the engine, once; its warnings are left to the notices', () => {
  const { written, stream } = streams(false);
  const report = new TrainingReport('/run', new CliOutput(stream, stream, false), () => 0);
  const dataset = [
    { title: 'images', text: '12 used, 1 skipped', level: 'info' },
    { title: 'values', text: 'all images are black', level: 'warning' },
  ] as const;
  const message = 'values: all images are black';
  for (let i = 0; i < 3; i++) report.onStatus({ ...status, dataset, message });
  expect(written).toEqual([
    'run          /run\nengine       tensorflow (2 threads)\n',
    'images       12 used, 1 skipped\n',
    'values: all images are black\n',
  ]);
});
